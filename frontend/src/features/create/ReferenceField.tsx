import { type DragEvent, useCallback, useId, useState } from "react";
import { kindOf, PICTURE_FILES, VIDEO_FILES } from "../../api/fileTypes";
import type { ModelView } from "../../api/schema";
import { sendingOf } from "../../api/uploads";
import { formatBytes } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { UploadProgress } from "../../components/UploadProgress";
import { goesBy } from "./creation";
import styles from "./ReferenceField.module.css";

interface ReferenceFieldProps {
  readonly file: File | undefined;
  readonly model: ModelView;
  /** What the API found wrong with it. */
  readonly fault: string | undefined;
  readonly onChange: (file: File | undefined) => void;
}

/** A picture or a video that the video is made from: dropped or chosen, and seen before it is sent. */
export function ReferenceField({ file, model, fault, onChange }: ReferenceFieldProps) {
  const id = useId();
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState<string>();
  const take = (given: File | undefined) => {
    if (given === undefined) return;
    const taken = goesBy(model, given);
    setRefused(taken ? undefined : say.create.notTaken(given.name, model.title, model.references));
    if (taken) onChange(given);
  };
  const drag = (event: DragEvent, isOver: boolean) => {
    event.preventDefault();
    setOver(isOver);
  };
  const leftOut = file && !goesBy(model, file) ? say.create.leftOut(model.title) : undefined;
  const wrong = refused ?? fault ?? leftOut;
  const described = {
    id,
    "aria-invalid": wrong !== undefined,
    "aria-describedby": `${id}-why ${id}-error`,
  };
  return (
    <div
      className={styles.field}
      data-over={over || undefined}
      onDragOver={(event) => {
        drag(event, true);
      }}
      onDragLeave={(event) => {
        drag(event, false);
      }}
      onDrop={(event) => {
        drag(event, false);
        take(event.dataTransfer.files[0]);
      }}
    >
      {file ? (
        <div className={styles.chosen} role="group" aria-label={say.create.reference}>
          <Preview file={file} />
          <div>
            <p className={styles.name}>
              {file.name} <span className={styles.why}>{formatBytes(file.size)}</span>
            </p>
            <UploadProgress file={file} isCancelledElsewhere />
          </div>
          <Button
            size="small"
            look="quiet"
            aria-label={say.newJob.remove(file.name)}
            onClick={() => {
              setRefused(undefined);
              sendingOf(file)?.cancel();
              onChange(undefined);
            }}
          >
            ×
          </Button>
        </div>
      ) : (
        <>
          <label htmlFor={id}>{say.create.reference}</label>
          <input
            type="file"
            accept={acceptedBy(model)}
            {...described}
            onChange={(event) => {
              take(event.target.files?.[0]);
              event.target.value = ""; // the same file may be chosen again
            }}
          />
          <p id={`${id}-why`} className={styles.why}>
            {say.create.referenceWhy}
          </p>
        </>
      )}
      <FieldError id={`${id}-error`}>{wrong}</FieldError>
    </div>
  );
}

function acceptedBy({ references }: ModelView): string {
  const kinds = { image: PICTURE_FILES, video: VIDEO_FILES };
  return references.map((kind) => kinds[kind]).join(",");
}

/** Show a file that is only in the browser yet. */
function Preview({ file }: { readonly file: File }) {
  const show = useCallback(
    (node: HTMLImageElement | HTMLVideoElement | null) => {
      if (node === null) return undefined;
      const url = URL.createObjectURL(file);
      node.src = url;
      return () => {
        URL.revokeObjectURL(url);
      };
    },
    [file],
  );
  if (kindOf(file.name) === "video") return <video ref={show} className={styles.preview} muted playsInline />;
  return <img ref={show} className={styles.preview} alt="" />;
}
