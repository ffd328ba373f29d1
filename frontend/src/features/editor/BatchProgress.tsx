import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Connection } from "../../api/events";
import type { BatchStatus, BatchView, JobView, RegenerationView } from "../../api/schema";
import { formatAgo, formatPrice, formatWait } from "../../format";
import { say } from "../../strings";
import { Badge, type Tone } from "../../components/Badge";
import { Button, buttonClass } from "../../components/Button";
import { LazyPart } from "../../components/LazyPart";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import { canNotify, switchNotifications, useNotifications } from "../../components/notifications";
import { ProgressBar } from "../../components/ProgressBar";
import styles from "./BatchProgress.module.css";
import { FailedTakes, HeldBatch } from "./lazyBatchParts";
import { canRetry, isOver, progressGroups, secondsLeft, summary } from "./progress";
import { RegenerationRow } from "./RegenerationRow";
import { useBatchActions } from "./useBatchActions";
import { useBatch } from "./useJob";

export const BATCH_TONES: Record<BatchStatus, Tone> = {
  waiting: "wait",
  starting: "accent",
  running: "accent",
  held: "bad",
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
  const { status, paused, queue_number, held } = batch.data;
  const title = say.batch.title(queue_number);
  const isLost = !isOver(status) && connection === "polling";
  return (
    <section className={styles.batch} aria-labelledby={`batch-${batchId}`}>
      <header className={styles.header}>
        <h2 id={`batch-${batchId}`}>{title}</h2>
        <Badge tone={BATCH_TONES[status]}>
          {paused && status !== "held" ? say.batch.paused : say.batch.status[status]}
        </Badge>
        {isLost && <Badge tone="wait">{say.job.live.polling}</Badge>}
        <span className={styles.price}>{priceOf(batch.data)}</span>
      </header>
      <BatchFigures batch={batch.data} title={title} readAt={batch.dataUpdatedAt} />
      {held && (
        <LazyPart lines={2}>
          <HeldBatch batch={batch.data} reason={held.reason} />
        </LazyPart>
      )}
      <BatchActions job={job} batch={batch.data} />
      <Takes job={job} batch={batch.data} />
      {batch.data.recompose_error && <p className={styles.warning}>{say.batch.recomposeFailed}</p>}
    </section>
  );
}

function priceOf(batch: BatchView): string {
  if (batch.charged !== null) return say.batch.charged(formatPrice(batch.charged));
  if (!isOver(batch.status)) return say.batch.estimated(formatPrice(batch.estimated_total_cost));
  return batch.finished_at ? formatAgo(batch.finished_at) : "";
}

interface BatchFiguresProps {
  readonly batch: BatchView;
  readonly title: string;
  /** When it was read, in milliseconds since the epoch. */
  readonly readAt: number;
}

/** How far all of it is: in a line, and as a bar. */
function BatchFigures({ batch, title, readAt }: BatchFiguresProps) {
  const { status, paused, waiting_behind } = batch;
  const left = secondsLeft(batch, readAt);
  const counted = summary(batch);
  if (isOver(status))
    return (
      <p role="status" className={styles.summary}>
        {say.batch.outcome(counted)}
      </p>
    );
  const composing = counted.all > 0 && counted.ended === counted.all;
  const reason = composing
    ? say.batch.composing
    : paused
      ? say.batch.pausedWhy
      : waiting_behind > 0
        ? say.batch.waitingBehind(waiting_behind)
        : null;
  return (
    <>
      <p role="status" className={reason === null ? "visually-hidden" : styles.summary}>
        {reason}
      </p>
      {reason === null && (
        <p className={styles.figures}>
          {say.batch.far(Math.min(counted.ended + 1, counted.all), counted.all, Math.floor(counted.percent))}
          {left !== null && ` · ${say.batch.left(formatWait(left))}`}
        </p>
      )}
      <ProgressBar label={title} percent={composing ? null : counted.percent} />
    </>
  );
}

const MOST_OPEN = 6;

/** What runs first, then what failed; what waits and what is done fold in where they are many. */
function Takes({ job, batch }: { readonly job: JobView; readonly batch: BatchView }) {
  const { running, failed, queued, done } = progressGroups(batch.regenerations);
  const row = (item: RegenerationView) => (
    <RegenerationRow key={item.regeneration_id} job={job} item={item} />
  );
  return (
    <>
      {running.length > 0 && <ul className={styles.clips}>{running.map(row)}</ul>}
      {(failed.length > 0 || canRetry(batch)) && (
        <LazyPart lines={failed.length}>
          <FailedTakes job={job} batch={batch} failed={failed} />
        </LazyPart>
      )}
      <Fold label={say.batch.queued(queued.length)} items={queued} isLong={queued.length > MOST_OPEN}>
        {queued.map(row)}
      </Fold>
      <Fold label={say.batch.done(done.length)} items={done} isLong={batch.regenerations.length > MOST_OPEN}>
        {done.map(row)}
      </Fold>
    </>
  );
}

interface FoldProps {
  readonly label: string;
  readonly items: readonly unknown[];
  readonly isLong: boolean;
  readonly children: ReactNode;
}

function Fold({ label, items, isLong, children }: FoldProps) {
  if (items.length === 0) return null;
  if (!isLong) return <ul className={styles.clips}>{children}</ul>;
  return (
    <details className={styles.fold}>
      <summary>{label}</summary>
      <ul className={styles.clips}>{children}</ul>
    </details>
  );
}

/** Asks for a notification when the batch ends while another page is in front. */
function Notify() {
  const isOn = useNotifications();
  if (!canNotify()) return null;
  return (
    <Button
      size="small"
      look="quiet"
      aria-pressed={isOn}
      onClick={() => {
        void switchNotifications(!isOn);
      }}
    >
      {isOn ? say.batch.notified : say.batch.notify}
    </Button>
  );
}

function BatchActions({ job, batch }: { readonly job: JobView; readonly batch: BatchView }) {
  const { pause, cancel, recompose } = useBatchActions(batch);
  const over = isOver(batch.status);
  const waits = batch.status === "waiting";
  const error = pause.error ?? cancel.error ?? recompose.error;
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
        {!over && !batch.cancel_requested && (
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
        {!over && <Notify />}
        {!over && batch.cancel_requested && <p className={styles.summary}>{say.batch.cancelling}</p>}
        {batch.recompose_error && over && job.video?.up_to_date === false && (
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
