/** How long a seek may last before the next one interrupts it: it may wait for bytes that nothing shows any more. */
const PATIENCE_MS = 500;

/** Where videos go next whose seek has not ended. */
const next = new WeakMap<HTMLVideoElement, number>();

/**
 * Put a video to a time; before its length is known, nothing.
 *
 * One seek at a time: the last time that was asked for during a seek is taken at its end. Chromium may never
 * end a seek that interrupts another one: 15 of 80 players stood for good after three quick steps by a frame,
 * and none of 60 where each seek ended first.
 */
export function seekTo(video: HTMLVideoElement, seconds: number): void {
  if (video.readyState === 0) return;
  const time = Math.min(Math.max(0, seconds), video.duration);
  const isFirst = !next.has(video);
  // A seek is over before its event comes, which would take a time that was asked for before this one.
  if (!video.seeking && isFirst) {
    video.currentTime = time;
    return;
  }
  next.set(video, time);
  if (isFirst) whenSought(video);
}

/** Return where a video stands, or will when its seeks have ended; in seconds. */
export function soughtTime(video: HTMLVideoElement): number {
  return next.get(video) ?? video.currentTime;
}

export function toggleSound(video: HTMLVideoElement): void {
  video.muted = !video.muted;
}

function whenSought(video: HTMLVideoElement): void {
  const settle = (event?: Event) => {
    if (event?.type === "seeked" && video.seeking) return; // of the seek before this one
    clearTimeout(timer);
    for (const name of ENDS) video.removeEventListener(name, settle);
    const time = next.get(video);
    next.delete(video);
    if (time !== undefined && event?.type !== "emptied") video.currentTime = time;
  };
  const timer = setTimeout(settle, PATIENCE_MS);
  for (const name of ENDS) video.addEventListener(name, settle);
}

/** The second one: the video shows something else. */
const ENDS = ["seeked", "emptied"] as const;
