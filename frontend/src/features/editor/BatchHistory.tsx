import { useState } from "react";
import type { Connection } from "../../api/events";
import type { BatchSummary, JobView } from "../../api/schema";
import { formatAgo, formatPrice } from "../../format";
import { say } from "../../strings";
import { Badge } from "../../components/Badge";
import { ErrorNotice } from "../../components/Notice";
import { BATCH_TONES, BatchProgress } from "./BatchProgress";
import styles from "./BatchHistory.module.css";
import page from "./JobPage.module.css";
import { isOver } from "./progress";
import { useBatches } from "./useJob";

/** The batches of a job: those that run or wait and the last one in full, the others in a line each. */
export function BatchHistory({
  job,
  connection,
}: {
  readonly job: JobView;
  readonly connection: Connection;
}) {
  const batches = useBatches(job.job_id);
  if (batches.isLoadingError)
    return <ErrorNotice error={batches.error} onRetry={() => void batches.refetch()} />;
  const found = batches.data?.batches ?? [];
  const shown = found.filter((batch, place) => place === 0 || !isOver(batch.status));
  const earlier = found.filter((batch) => !shown.includes(batch));
  return (
    <>
      {/* In the order in which they run. */}
      {[...shown].reverse().map((batch) => (
        <div key={batch.batch_id} className={page.panel}>
          <BatchProgress job={job} batchId={batch.batch_id} connection={connection} />
        </div>
      ))}
      {earlier.length > 0 && (
        <section className={styles.earlier}>
          <h2>{say.batch.earlier}</h2>
          <ul>
            {earlier.map((batch) => (
              <EarlierBatch key={batch.batch_id} job={job} batch={batch} connection={connection} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

interface EarlierBatchProps {
  readonly job: JobView;
  readonly batch: BatchSummary;
  readonly connection: Connection;
}

/** An earlier batch in a line; opened, what was asked of each clip and how it ended. */
function EarlierBatch({ job, batch, connection }: EarlierBatchProps) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <details
        className={styles.batch}
        onToggle={(event) => {
          setOpen(event.currentTarget.open);
        }}
      >
        <summary className={styles.line}>
          <span>{say.batch.title(batch.queue_number)}</span>
          <span>{say.jobs.clips(batch.clip_count)}</span>
          <Badge tone={BATCH_TONES[batch.status]}>{say.batch.status[batch.status]}</Badge>
          <time dateTime={batch.created_at}>{formatAgo(batch.created_at)}</time>
          <span className={styles.price}>{formatPrice(batch.charged)}</span>
        </summary>
        {open && (
          <div className={styles.opened}>
            <BatchProgress job={job} batchId={batch.batch_id} connection={connection} />
          </div>
        )}
      </details>
    </li>
  );
}
