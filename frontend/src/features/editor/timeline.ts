import type { ClipView, JobView } from "../../api/schema";

/** How long the film shows a clip, in seconds: what was trimmed off is not shown. */
export function shownSeconds(clip: Pick<ClipView, "duration_ms" | "trim">): number {
  return (clip.trim?.duration_ms ?? clip.duration_ms) / 1000;
}

/** Whether the film shows a clip: one without a take is left out. */
export function isShown(clip: Pick<ClipView, "current_version">): boolean {
  return clip.current_version !== null;
}

/** Where each clip starts in the composed video, in seconds. */
export function startsOf(clips: readonly ClipView[]): readonly number[] {
  let at = 0;
  return clips.map((clip) => {
    const start = at;
    if (isShown(clip)) at += shownSeconds(clip);
    return start;
  });
}

/** Which clip is seen at a time, and how much of it has been, from 0 to 1. */
export function clipAt(
  clips: readonly ClipView[],
  seconds: number,
): { readonly index: number; readonly played: number } {
  const starts = startsOf(clips);
  const index = Math.max(
    0,
    starts.findLastIndex((start, place) => start <= seconds && clips[place] && isShown(clips[place])),
  );
  const clip = clips[index];
  const length = clip ? shownSeconds(clip) : 0;
  const played = length === 0 ? 0 : (seconds - (starts[index] ?? 0)) / length;
  return { index, played: Math.min(1, Math.max(0, played)) };
}

/** Return the order of indexes in which one clip has moved to another place, or null where it is there. */
export function orderWithMoved(count: number, from: number, to: number): number[] | null {
  if (from === to || from < 0 || from >= count || to < 0 || to >= count) return null;
  const order = Array.from({ length: count }, (_, index) => index);
  order.splice(to, 0, ...order.splice(from, 1));
  return order;
}

/** Whether clips can change their places: a batch names them by these. */
export function canReorder(job: JobView): boolean {
  return job.status === "ready" && job.active_batch_id === null && job.waiting_batch_ids.length === 0;
}

/** How far the timeline is looked into: pixels a second, all of it in the window, or as wide as clips can be read. */
export type Scale = number | "fit" | "readable";

const SCALES = [12, 24, 48, 96, 192, 384] as const;

export const CLOSEST = SCALES[SCALES.length - 1];
const NEARLY = 1.05;

/** What the timeline takes on the screen, in pixels a second. */
export interface ShownScale {
  readonly now: number;
  /** With all of it in the window. */
  readonly fitting: number;
}

/** The next scale that shows clips wider than they are now; undefined where there is none. */
export function closer({ now }: ShownScale): Scale | undefined {
  return SCALES.find((scale) => scale > now * NEARLY);
}

/** The next scale that shows clips narrower than they are now, as far as that shows more. */
export function farther({ now, fitting }: ShownScale): Scale {
  return SCALES.findLast((scale) => scale < now / NEARLY && scale > fitting) ?? "fit";
}
