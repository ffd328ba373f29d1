import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { kindOf, PICTURE_FILES, VIDEO_FILES } from "../../api/fileTypes";
import { ApiProblem } from "../../api/problem";
import type { ClipView, ModelView, ReferenceRole } from "../../api/schema";
import { isCancelled } from "../../api/uploads";
import { useApi } from "../../auth/context";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { LazyPart } from "../../components/LazyPart";
import { UploadProgress } from "../../components/UploadProgress";
import { formatClip } from "../../format";
import { VideoPicker } from "./lazyParts";
import type { GivenReference } from "./madeFrom";
import { offered } from "./offers";
import styles from "./ReferencesPart.module.css";
import { text } from "./texts";

interface AddReferenceProps {
  readonly models: readonly ModelView[];
  /** The roles of what is given already. */
  readonly given: readonly ReferenceRole[];
  readonly clips: readonly ClipView[];
  readonly onAdd: (added: readonly GivenReference[]) => void;
}

/** Add a reference: its role first, among those that the models take, then a file, a video, or a clip. */
export function AddReference({ models, given, clips, onAdd }: AddReferenceProps) {
  const id = useId();
  const [chosen, setRole] = useState<ReferenceRole | "">("");
  const roles = offered(models, given);
  const role = roles.find((one) => one === chosen);
  if (roles.length === 0) return null;
  return (
    <div className={styles.row}>
      <label>
        {text.add}
        <select
          value={role ?? ""}
          onChange={(event) => {
            setRole(event.target.value as ReferenceRole | "");
          }}
        >
          <option value="">{text.none}</option>
          {roles.map((one) => (
            <option key={one} value={one}>
              {text.role(one)}
            </option>
          ))}
        </select>
      </label>
      {role && (
        <Sources
          key={role}
          id={id}
          role={role}
          clips={clips}
          onAdd={(added) => {
            onAdd(added);
            setRole("");
          }}
        />
      )}
    </div>
  );
}

interface SourcesProps {
  readonly id: string;
  readonly role: ReferenceRole;
  readonly clips: readonly ClipView[];
  readonly onAdd: AddReferenceProps["onAdd"];
}

function Sources({ id, role, clips, onAdd }: SourcesProps) {
  const [picking, setPicking] = useState(false);
  const kind = role === "video" ? "video" : "image";
  const add = (source: GivenReference["source"], name: string) => {
    onAdd([{ key: crypto.randomUUID(), role, name, source }]);
  };
  const upload = useUpload((uploadId, name) => {
    add({ upload_id: uploadId }, name);
  });
  const [wrongKind, setWrongKind] = useState<string>();
  const wrong = wrongKind ?? upload.fault;
  const take = (file: File | undefined) => {
    if (file === undefined) return;
    const isTaken = kindOf(file.name) === kind;
    setWrongKind(isTaken ? undefined : text.wrongKind(file.name, role));
    if (isTaken) upload.send(file);
  };
  return (
    <>
      <input
        type="file"
        aria-label={text.file(role)}
        accept={kind === "video" ? VIDEO_FILES : PICTURE_FILES}
        disabled={upload.file !== undefined}
        aria-invalid={wrong !== undefined}
        aria-describedby={`${id}-error`}
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = ""; // the same file may be chosen again
        }}
      />
      <UploadProgress file={upload.file} />
      <Button
        size="small"
        onClick={() => {
          setPicking(true);
        }}
      >
        {text.video}
      </Button>
      {clips.length > 0 && (
        <select
          aria-label={text.clip}
          value=""
          onChange={(event) => {
            const clip = clips.find(({ clip_id }) => clip_id === event.target.value);
            if (clip) add({ clip_id: clip.clip_id }, formatClip(clip.clip_index, clip.title));
          }}
        >
          <option value="">{text.choose}</option>
          {clips.map((clip) => (
            <option key={clip.clip_id} value={clip.clip_id}>
              {formatClip(clip.clip_index, clip.title)}
            </option>
          ))}
        </select>
      )}
      <FieldError id={`${id}-error`}>{wrong}</FieldError>
      {picking && (
        <LazyPart>
          <VideoPicker
            single
            onChoose={([video]) => {
              if (video) add({ video_id: video.video_id }, video.title);
            }}
            onClose={() => {
              setPicking(false);
            }}
          />
        </LazyPart>
      )}
    </>
  );
}

/** Sends a file as soon as it is chosen, so that it is checked with the price. */
function useUpload(onSent: (uploadId: string, name: string) => void) {
  const api = useApi();
  const sending = useMutation({
    mutationFn: (file: File) => api.sendReference(file),
    onSuccess: (uploadId, file) => {
      onSent(uploadId, file.name);
    },
  });
  const { error, variables } = sending;
  const fault = isCancelled(error)
    ? undefined
    : error instanceof ApiProblem
      ? (error.faults[0]?.detail ?? error.message)
      : error && text.failed(variables.name);
  return {
    send: (file: File) => {
      sending.mutate(file);
    },
    /** The one that is being sent. */
    file: sending.isPending ? variables : undefined,
    fault: fault ?? undefined,
  };
}
