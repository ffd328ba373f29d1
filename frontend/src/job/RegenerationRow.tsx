import type { RegenerationStatus, RegenerationView } from "../api/schema";
import { formatMoment } from "../format";
import { say } from "../strings";
import { Badge, type Tone } from "../ui/Badge";
import { ProgressBar } from "../ui/ProgressBar";
import styles from "./RegenerationRow.module.css";
import { hasEnded } from "./progress";

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

/** One take of a clip in a batch. */
export function RegenerationRow({ item }: { readonly item: RegenerationView }) {
  const { clip_index, status, instruction, progress, error, doubt } = item;
  const running = !hasEnded(status) && status !== "queued";
  return (
    <li className={styles.row}>
      <div className={styles.line}>
        <strong>{say.job.take(item)}</strong>
        <span className={styles.instruction}>“{instruction}”</span>
        <Badge tone={TONES[status]}>{say.batch.clipStatus[status]}</Badge>
      </div>
      {running && <ProgressBar label={say.batch.progressOf(clip_index)} percent={progress} />}
      {doubt && <p>{say.batch.doubt(doubt.awaited, formatMoment(doubt.until))}</p>}
      {error && <p className={styles.error}>{error}</p>}
      {status === "submission_unknown" && <p className={styles.error}>{say.batch.mayBeCharged}</p>}
    </li>
  );
}
