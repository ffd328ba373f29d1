import { Link } from "wouter";
import type { GenerationView } from "../../api/schema";
import { formatMoment, formatPrice, formatWait } from "../../format";
import { say } from "../../strings";
import { Badge, type Tone } from "../../components/Badge";
import styles from "./GenerationRow.module.css";

const TONES: Partial<Record<GenerationView["status"], Tone>> = {
  succeeded: "good",
  failed: "bad",
  submission_unknown: "bad",
};

/** One generation that has ended. */
export function GenerationRow({ generation }: { readonly generation: GenerationView }) {
  const { status, kind, title, instruction, prompt, model, error, seconds, asked_at } = generation;
  const reworded = prompt !== null && prompt !== instruction;
  return (
    <li className={styles.row}>
      <time className={styles.when} dateTime={asked_at}>
        {formatMoment(asked_at)}
      </time>
      <div className={styles.what}>
        <p>
          <Link className={styles.title} href={placeOf(generation)} dir="auto">
            {title}
          </Link>{" "}
          {kind === "job" && <span className={styles.note}>{say.job.take(generation)}</span>}
          {kind === "video" && generation.takes > 1 && (
            <span className={styles.note}>{say.versions.take(generation.take, generation.takes)}</span>
          )}
        </p>
        <p className={styles.words}>“{instruction}”</p>
        {reworded && <p className={styles.note}>{prompt}</p>}
        {error && <p className={styles.error}>{error}</p>}
        {status === "submission_unknown" && <p className={styles.error}>{say.history.mayBeCharged}</p>}
        <p className={styles.note}>
          {model}
          {generation.version_number !== null && `, ${say.history.version(generation.version_number)}`}
          {seconds !== null && `, ${say.history.took(formatWait(seconds))}`}
        </p>
      </div>
      <div className={styles.end}>
        <Badge tone={TONES[status] ?? "neutral"}>{say.batch.clipStatus[status]}</Badge>
        <Price generation={generation} />
      </div>
    </li>
  );
}

function Price({ generation }: { readonly generation: GenerationView }) {
  const { status, actual_cost, charged, provider_cost } = generation;
  if (status === "failed" || status === "cancelled")
    return <span className={styles.note}>{say.history.notCharged}</span>;
  const discounted = actual_cost !== null && charged !== null && charged < actual_cost;
  return (
    <>
      <span className={styles.price}>{formatPrice(charged ?? actual_cost ?? provider_cost)}</span>
      {discounted && <span className={styles.note}>{say.history.discounted(formatPrice(actual_cost))}</span>}
    </>
  );
}

/** A video is opened at its one clip, where its takes are. */
function placeOf({ job_id, kind, clip_index }: GenerationView): string {
  return kind === "video" ? `/jobs/${job_id}` : `/jobs/${job_id}/clips/${clip_index}`;
}
