import type { ClipView } from "../../api/schema";

/** Where each clip starts in the composed video, in seconds. */
export function startsOf(clips: readonly ClipView[]): readonly number[] {
  let at = 0;
  return clips.map((clip) => {
    const start = at;
    at += clip.duration_ms / 1000;
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
    starts.findLastIndex((start) => start <= seconds),
  );
  const length = (clips[index]?.duration_ms ?? 0) / 1000;
  const played = length === 0 ? 0 : (seconds - (starts[index] ?? 0)) / length;
  return { index, played: Math.min(1, Math.max(0, played)) };
}

/** Return the order of indexes in which one clip has moved by one place, or null where it cannot. */
export function orderWithMoved(count: number, from: number, by: -1 | 1): number[] | null {
  const to = from + by;
  if (from < 0 || from >= count || to < 0 || to >= count) return null;
  const order = Array.from({ length: count }, (_, index) => index);
  [order[from], order[to]] = [to, from];
  return order;
}
