import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import type { Connection } from "../api/events";
import type { BatchStatus, BatchView, JobView } from "../api/schema";
import { useApi } from "../app/context";
import { keys } from "../app/queries";
import { formatAgo, formatPrice } from "../format";
import { say } from "../strings";
import { Badge, type Tone } from "../ui/Badge";
import { Button, buttonClass } from "../ui/Button";
import { ErrorNotice, Skeleton } from "../ui/Notice";
import { ProgressBar } from "../ui/ProgressBar";
import styles from "./BatchProgress.module.css";
import { canRetry, isOver, summary } from "./progress";
import { RegenerationRow } from "./RegenerationRow";
import { useBatch } from "./useJob";

export const BATCH_TONES: Record<BatchStatus, Tone> = {
  waiting: "wait",
  starting: "accent",
  running: "accent",
  cancelling: "wait",
  succeeded: "good",
  partial: "wait",
  failed: "bad",
  cancelled: "neutral",
};

interface BatchProgressProps {
  readonly job: JobView;
  readonly batchId: string;
  readonly connection: Connection;
}

/** A batch while it runs and how it ended: each clip's progress, and what can be done about it. */
export function BatchProgress({ job, batchId, connection }: BatchProgressProps) {
  const batch = useBatch(job.job_id, batchId, connection);
  if (batch.isPending) return <Skeleton lines={2} />;
  if (batch.isLoadingError) return <ErrorNotice error={batch.error} onRetry={() => void batch.refetch()} />;
  const { status, waiting_behind, regenerations, paused, queue_number } = batch.data;
  const title = say.batch.title(queue_number);
  const over = isOver(status);
  const { good, all, percent } = summary(batch.data);
  const composing = !over && percent === 100;
  return (
    <section className={styles.batch} aria-labelledby={`batch-${batchId}`}>
      <header className={styles.header}>
        <h2 id={`batch-${batchId}`}>{title}</h2>
        <Badge tone={BATCH_TONES[status]}>{paused ? say.batch.paused : say.batch.status[status]}</Badge>
        {!over && connection === "polling" && <Badge tone="wait">{say.job.live.polling}</Badge>}
        <span className={styles.price}>{priceOf(batch.data)}</span>
      </header>
      <p role="status" className={styles.summary}>
        {over
          ? say.batch.outcome(good, all)
          : composing
            ? say.batch.composing
            : paused
              ? say.batch.pausedWhy
              : waiting_behind > 0
                ? say.batch.waitingBehind(waiting_behind)
                : ""}
      </p>
      {!over && <ProgressBar label={title} percent={composing ? null : percent} />}
      <ul className={styles.clips}>
        {regenerations.map((item) => (
          <RegenerationRow key={item.regeneration_id} item={item} />
        ))}
      </ul>
      {batch.data.recompose_error && <p className={styles.warning}>{say.batch.recomposeFailed}</p>}
      <BatchActions job={job} batch={batch.data} />
    </section>
  );
}

function priceOf(batch: BatchView): string {
  if (batch.charged !== null) return say.batch.charged(formatPrice(batch.charged));
  if (!isOver(batch.status)) return say.batch.estimated(formatPrice(batch.estimated_total_cost));
  return batch.finished_at ? formatAgo(batch.finished_at) : "";
}

function BatchActions({ job, batch }: { readonly job: JobView; readonly batch: BatchView }) {
  const api = useApi();
  const queries = useQueryClient();
  const { job_id: jobId, batch_id: batchId } = batch;
  const onSuccess = () => queries.invalidateQueries({ queryKey: keys.job(jobId) });
  const cancel = useMutation({ mutationFn: () => api.cancelBatch(jobId, batchId), onSuccess });
  const retry = useMutation({ mutationFn: () => api.retryBatch(jobId, batchId), onSuccess });
  const recompose = useMutation({ mutationFn: () => api.recomposeVideo(jobId), onSuccess });
  const waits = batch.status === "waiting";
  const pause = useMutation({
    mutationFn: () =>
      batch.paused ? api.queue.resumeBatch(jobId, batchId) : api.queue.pauseBatch(jobId, batchId),
    onSuccess,
  });
  const error = pause.error ?? cancel.error ?? retry.error ?? recompose.error;
  return (
    <>
      <div className={styles.actions}>
        {waits && (
          <Button
            size="small"
            busy={pause.isPending}
            onClick={() => {
              pause.mutate();
            }}
          >
            {batch.paused ? say.batch.resume : say.batch.pause}
          </Button>
        )}
        {!isOver(batch.status) && !batch.cancel_requested && (
          <Button
            size="small"
            busy={cancel.isPending}
            onClick={() => {
              cancel.mutate();
            }}
          >
            {say.batch.cancel}
          </Button>
        )}
        {waits && (
          <Link className={buttonClass("quiet", "small")} href="/queue">
            {say.batch.queue}
          </Link>
        )}
        {!isOver(batch.status) && batch.cancel_requested && (
          <p className={styles.summary}>{say.batch.cancelling}</p>
        )}
        {canRetry(batch) && (
          <Button
            size="small"
            look="primary"
            busy={retry.isPending}
            onClick={() => {
              retry.mutate();
            }}
          >
            {say.batch.retry}
          </Button>
        )}
        {batch.recompose_error && isOver(batch.status) && job.video?.up_to_date === false && (
          <Button
            size="small"
            look="primary"
            busy={recompose.isPending}
            onClick={() => {
              recompose.mutate();
            }}
          >
            {say.batch.recompose}
          </Button>
        )}
      </div>
      {error && <ErrorNotice error={error} />}
    </>
  );
}
