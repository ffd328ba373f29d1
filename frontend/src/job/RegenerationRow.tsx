import type { ClipView, JobView, RegenerationStatus, RegenerationView } from "../api/schema";
import { formatMoment } from "../format";
import { say } from "../strings";
import { Badge, type Tone } from "../ui/Badge";
import { ProgressBar } from "../ui/ProgressBar";
import styles from "./BatchProgress.module.css";
import { isRunning } from "./progress";

const TONES: Record<RegenerationStatus, Tone> = {
  queued: "neutral",
  submitting: "accent",
  in_doubt: "accent",
  generating: "accent",
  ingesting: "accent",
  succeeded: "good",
  failed: "bad",
  cancelled: "neutral",
  submission_unknown: "bad",
};

interface RegenerationRowProps {
  readonly job: JobView;
  readonly item: RegenerationView;
}

/** One take of a clip in a batch. */
export function RegenerationRow({ job, item }: RegenerationRowProps) {
  const { clip_index, status, instruction, progress, doubt } = item;
  return (
    <li className={styles.take}>
      <div className={styles.line}>
        <strong>{nameOf(job, item)}</strong>
        <span className={styles.instruction} dir="auto">
          “{instruction}”
        </span>
        <Badge tone={TONES[status]}>{say.batch.clipStatus[status]}</Badge>
      </div>
      {isRunning(item) && (
        <div className={styles.bar}>
          <ProgressBar label={say.batch.progressOf(clip_index)} percent={progress} />
          <span>{progress} %</span>
        </div>
      )}
      {doubt && <p className={styles.summary}>{say.batch.doubt(doubt.awaited, formatMoment(doubt.until))}</p>}
    </li>
  );
}

/** The clip of a take where it stands now; none after it was removed. */
export function clipOf(job: JobView, { clip_id }: RegenerationView): ClipView | undefined {
  return job.clips.find((clip) => clip.clip_id === clip_id);
}

/** Name a take by its clip's place now: clips may have been moved or removed since. */
export function nameOf(job: JobView, item: RegenerationView): string {
  const clip = clipOf(job, item);
  return clip ? say.job.take({ ...item, clip_index: clip.clip_index }) : say.batch.removed(item.clip_index);
}
