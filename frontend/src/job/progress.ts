import type { JobEvent } from "../api/events";
import type { BatchStatus, BatchView, RegenerationStatus, RegenerationView } from "../api/schema";

const TERMINAL = new Set<BatchStatus>(["succeeded", "partial", "failed", "cancelled"]);
const ENDED = new Set<RegenerationStatus>(["succeeded", "failed", "cancelled", "submission_unknown"]);

/** Whether nothing more will happen to a batch. */
export function isOver(status: BatchStatus): boolean {
  return TERMINAL.has(status);
}

export function hasEnded(status: RegenerationStatus): boolean {
  return ENDED.has(status);
}

/** Whether a batch can be tried again for some of its clips. */
export function canRetry(batch: BatchView): boolean {
  return (
    isOver(batch.status) &&
    !batch.retried_by &&
    batch.regenerations.some(({ status }) => status !== "succeeded")
  );
}

/** Show at once what an event says of a batch; the next read of the batch brings the rest. */
export function applyEvent(batch: BatchView, event: JobEvent): BatchView {
  if (event.data.batch_id !== batch.batch_id || isOver(batch.status)) return batch;
  switch (event.name) {
    case "clip_regenerating":
      return {
        ...withClip(batch, event, { status: "generating" }),
        status: batch.cancel_requested ? "cancelling" : "running",
      };
    case "clip_complete":
      return withClip(batch, event, {
        status: "succeeded",
        progress: 100,
        version_number: numberIn(event, "version_number"),
      });
    case "clip_failed":
      return withClip(batch, event, { status: failureIn(event), error: textIn(event, "error") });
    default:
      return batch;
  }
}

function withClip(batch: BatchView, event: JobEvent, more: Partial<RegenerationView>): BatchView {
  const id = event.data.regeneration_id;
  return {
    ...batch,
    regenerations: batch.regenerations.map((item) =>
      item.regeneration_id === id && !hasEnded(item.status) ? { ...item, ...more } : item,
    ),
  };
}

function failureIn(event: JobEvent): RegenerationStatus {
  const status = event.data.status;
  return status === "cancelled" || status === "submission_unknown" ? status : "failed";
}

function numberIn(event: JobEvent, name: string): number | null {
  const value = event.data[name];
  return typeof value === "number" ? value : null;
}

function textIn(event: JobEvent, name: string): string | null {
  const value = event.data[name];
  return typeof value === "string" ? value : null;
}

/** How many clips of a batch are done, well or badly, and how far all of it is in percent. */
export function summary(batch: BatchView): {
  readonly good: number;
  readonly all: number;
  readonly percent: number;
} {
  const all = batch.regenerations.length;
  const good = batch.regenerations.filter(({ status }) => status === "succeeded").length;
  const parts = batch.regenerations.map(({ status, progress }) => (hasEnded(status) ? 100 : progress));
  return { good, all, percent: all === 0 ? 0 : parts.reduce((sum, part) => sum + part, 0) / all };
}
