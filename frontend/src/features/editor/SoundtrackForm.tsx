import { type SubmitEvent, useId, useState } from "react";
import { ApiProblem } from "../../api/problem";
import { SOUND_FILES } from "../../api/fileTypes";
import type { JobView } from "../../api/schema";
import type { SoundtrackMix } from "../../api/TimelineApi";
import { isCancelled } from "../../api/uploads";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { ErrorNotice } from "../../components/Notice";
import { UploadProgress } from "../../components/UploadProgress";
import { say } from "../../strings";
import styles from "./SoundtrackForm.module.css";
import { useSoundtrack } from "./useSoundtrack";

const USUAL: SoundtrackMix = {
  with_clips: true,
  level_db: -6,
  ducking_db: 9,
  fade_in_ms: 0,
  fade_out_ms: 0,
  loops: false,
};
const MS = 1000;

interface SoundtrackFormProps {
  readonly job: JobView;
  readonly onClose: () => void;
}

/** Sets a job's sound track, how it is heard, or removes it. */
export default function SoundtrackForm({ job, onClose }: SoundtrackFormProps) {
  const { set, remove } = useSoundtrack(job, onClose);
  const [mix, setMix] = useState(() => mixOf(job));
  const [file, setFile] = useState<File | null>(null);
  const id = useId();
  const there = job.soundtrack;
  const busy = set.isPending || remove.isPending;
  const error = isCancelled(set.error) ? remove.error : (set.error ?? remove.error);
  const fault = error instanceof ApiProblem ? error.faultOf("upload_id") : undefined;
  const change = (part: Partial<SoundtrackMix>) => {
    setMix((before) => ({ ...before, ...part }));
  };
  const save = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!busy && (file || there)) set.mutate({ file, mix });
  };
  return (
    <form className={styles.form} onSubmit={save}>
      <div className={styles.whole}>
        <label htmlFor={`${id}-file`}>{there ? say.soundtrack.exchange : say.soundtrack.file}</label>
        <input
          id={`${id}-file`}
          type="file"
          accept={SOUND_FILES}
          aria-describedby={`${id}-error`}
          onChange={(event) => {
            setFile(event.target.files?.[0] ?? null);
          }}
        />
        <UploadProgress file={file ?? undefined} />
        <FieldError id={`${id}-error`}>{fault}</FieldError>
      </div>
      <Amount
        label={say.soundtrack.level}
        unit="dB"
        value={mix.level_db}
        from={-60}
        to={12}
        onChange={(level_db) => {
          change({ level_db });
        }}
      />
      <Amount
        label={say.soundtrack.ducking}
        unit="dB"
        value={mix.ducking_db}
        from={0}
        to={40}
        onChange={(ducking_db) => {
          change({ ducking_db });
        }}
      />
      <Amount
        label={say.soundtrack.fadeIn}
        unit="s"
        value={mix.fade_in_ms / MS}
        from={0}
        to={60}
        step={0.1}
        onChange={(seconds) => {
          change({ fade_in_ms: Math.round(seconds * MS) });
        }}
      />
      <Amount
        label={say.soundtrack.fadeOut}
        unit="s"
        value={mix.fade_out_ms / MS}
        from={0}
        to={60}
        step={0.1}
        onChange={(seconds) => {
          change({ fade_out_ms: Math.round(seconds * MS) });
        }}
      />
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={mix.with_clips}
          onChange={(event) => {
            change({ with_clips: event.target.checked });
          }}
        />
        {say.soundtrack.withClips}
      </label>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={mix.loops}
          onChange={(event) => {
            change({ loops: event.target.checked });
          }}
        />
        {say.soundtrack.loops}
      </label>
      {error && fault === undefined && <ErrorNotice error={error} />}
      <div className={styles.actions}>
        <Button type="submit" look="primary" busy={set.isPending} disabled={!file && !there}>
          {say.soundtrack.save}
        </Button>
        {there && (
          <Button
            busy={remove.isPending}
            onClick={() => {
              remove.mutate();
            }}
          >
            {say.soundtrack.remove}
          </Button>
        )}
        <Button look="quiet" onClick={onClose}>
          {say.soundtrack.cancel}
        </Button>
      </div>
    </form>
  );
}

function mixOf({ soundtrack }: JobView): SoundtrackMix {
  if (soundtrack === null) return USUAL;
  const { with_clips, level_db, ducking_db, fade_in_ms, fade_out_ms, loops } = soundtrack;
  return { with_clips, level_db, ducking_db, fade_in_ms, fade_out_ms, loops };
}

interface AmountProps {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly step?: number;
  readonly onChange: (value: number) => void;
}

function Amount({ label, unit, value, from, to, step = 1, onChange }: AmountProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>
        {label} ({unit})
      </label>
      <input
        id={id}
        type="number"
        required
        min={from}
        max={to}
        step={step}
        defaultValue={value}
        onChange={({ target }) => {
          if (target.validity.valid) onChange(target.valueAsNumber);
        }}
      />
    </div>
  );
}
