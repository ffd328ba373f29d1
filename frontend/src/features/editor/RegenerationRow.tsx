import type { ClipView, JobView, RegenerationStatus, RegenerationView } from "../../api/schema";
import { formatMoment } from "../../format";
import { say } from "../../strings";
import { Badge, type Tone } from "../../components/Badge";
import { OneLine } from "../../components/OneLine";
import { ProgressBar } from "../../components/ProgressBar";
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
  const { status, instruction, progress, doubt } = item;
  const name = nameOf(job, item);
  return (
    <li className={styles.take}>
      <div className={styles.line}>
        <strong>
          <OneLine>{name}</OneLine>
        </strong>
        <Badge tone={TONES[status]}>{say.batch.clipStatus[status]}</Badge>
      </div>
      <p className={styles.instruction} dir="auto">
        “{instruction}”
      </p>
      {isRunning(item) && (
        <div className={styles.bar}>
          <ProgressBar label={say.batch.progressOf(name)} percent={progress} />
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
  if (!clip) return say.batch.removed(say.job.take(item));
  return say.job.take({ ...item, clip_index: clip.clip_index, clip_title: clip.title });
}
