import type { JobEvent } from "../../api/events";
import type { BatchStatus, BatchView, RegenerationStatus, RegenerationView } from "../../api/schema";
import { groupBy } from "../../groups";

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

/** What the running batch does with a clip of the timeline. */
export interface ClipWork {
  readonly isBusy: boolean;
  readonly isFailed: boolean;
  readonly text: string;
}

/** What a batch that is not over does with each of its clips, by clip id; several takes are one work. */
export function workOf(
  batch: BatchView | undefined,
  say: (status: RegenerationStatus, percent: number) => string,
): ReadonlyMap<string, ClipWork> {
  const work = new Map<string, ClipWork>();
  if (batch === undefined || isOver(batch.status)) return work;
  for (const [clipId, takes] of groupBy(batch.regenerations, ({ clip_id }) => clip_id)) {
    const now = takes.find(isRunning) ?? takes.find(({ status }) => status === "queued") ?? takes[0];
    if (now === undefined || takes.every(({ status }) => status === "succeeded")) continue;
    work.set(clipId, {
      isBusy: isRunning(now),
      isFailed: now.status === "failed" || now.status === "submission_unknown",
      text: say(now.status, percentOf(now)),
    });
  }
  return work;
}

export function isRunning({ status }: RegenerationView): boolean {
  return !hasEnded(status) && status !== "queued";
}

function percentOf({ status, progress }: RegenerationView): number {
  return hasEnded(status) ? 100 : progress;
}

export interface Summary {
  /** Takes that succeeded, and how many there are. */
  readonly good: number;
  readonly all: number;
  /** Clips of which every take succeeded, and how many clips there are. */
  readonly goodClips: number;
  readonly allClips: number;
  /** Takes that have ended, well or badly. */
  readonly ended: number;
  /** How far all of it is. */
  readonly percent: number;
}

/** Count a batch's takes and clips. */
export function summary(batch: Pick<BatchView, "regenerations">): Summary {
  const { regenerations } = batch;
  const clips = [...groupBy(regenerations, ({ clip_index }) => clip_index).values()];
  const all = regenerations.length;
  const succeeded = ({ status }: RegenerationView) => status === "succeeded";
  const sum = regenerations.reduce((total, one) => total + percentOf(one), 0);
  return {
    good: regenerations.filter(succeeded).length,
    all,
    goodClips: clips.filter((takes) => takes.every(succeeded)).length,
    allClips: clips.length,
    ended: regenerations.filter(({ status }) => hasEnded(status)).length,
    percent: all === 0 ? 0 : sum / all,
  };
}

const SURE_PERCENT = 8;

/**
 * Seconds until a batch is done: by its pace so far where there is one, else by the estimate.
 *
 * @param now Milliseconds since the epoch.
 */
export function secondsLeft(batch: BatchView, now: number): number | null {
  if (isOver(batch.status) || batch.started_at === null || batch.paused) return null;
  const { percent } = summary(batch);
  const elapsed = Math.max(0, (now - Date.parse(batch.started_at)) / 1000);
  const left =
    percent >= SURE_PERCENT
      ? (elapsed * (100 - percent)) / percent
      : Math.max(1, batch.estimated_total_time - elapsed);
  return percent >= 100 ? null : left;
}

/** Regenerations by what there is to see: what runs, what failed, what waits, what is done. */
export interface ProgressGroups {
  readonly running: readonly RegenerationView[];
  readonly failed: readonly RegenerationView[];
  readonly queued: readonly RegenerationView[];
  readonly done: readonly RegenerationView[];
}

export function progressGroups(regenerations: readonly RegenerationView[]): ProgressGroups {
  return {
    running: regenerations.filter(isRunning),
    failed: regenerations.filter(({ status }) => hasEnded(status) && status !== "succeeded"),
    queued: regenerations.filter(({ status }) => status === "queued"),
    done: regenerations.filter(({ status }) => status === "succeeded"),
  };
}

/** Failed takes with the same reason together, in the order in which the reasons first come. */
export function byReason(
  failed: readonly RegenerationView[],
): readonly { readonly reason: string; readonly takes: readonly RegenerationView[] }[] {
  const groups = groupBy(failed, ({ error, status }) => `${status} ${error ?? ""}`);
  return [...groups.values()].map((takes) => ({ reason: takes[0]?.error ?? "", takes }));
}

const FASTEST_MS = 1000;
const SLOWEST_MS = 8000;
const LOOKS = 20;

/** How often to ask how far a batch is: a short one each second, a long one seldom, some 20 times in all. */
export function paceOf(batch: Pick<BatchView, "estimated_total_time"> | undefined): number {
  if (batch === undefined) return FASTEST_MS;
  return Math.min(SLOWEST_MS, Math.max(FASTEST_MS, (batch.estimated_total_time * 1000) / LOOKS));
}
