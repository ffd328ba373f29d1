const LOOK_MS = 500;
/** Seconds that must be loaded ahead, or all up to the end: with less a video waits for the network. */
const AHEAD = 0.1;

/**
 * Put a video to its own time again when it stands although it plays and has what comes next.
 *
 * Chromium's decoders may stop for good where they are asked to play right after several seeks, whatever the
 * video's state says; a seek, however short, starts them again. Players of streams do the same. A video is
 * looked at for as long as it plays: at one look it may still be seeking, or loading.
 *
 * @returns How to stop.
 */
export function unstick(video: HTMLVideoElement): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let before = Number.NaN;
  const look = () => {
    if (video.currentTime === before && hasNext(video)) video.currentTime = before;
    before = video.currentTime;
  };
  const start = () => {
    stop();
    before = video.currentTime;
    timer = setInterval(look, LOOK_MS);
  };
  const stop = () => {
    clearInterval(timer);
  };
  video.addEventListener("play", start);
  for (const name of ENDS) video.addEventListener(name, stop);
  if (!video.paused) start();
  return () => {
    stop();
    video.removeEventListener("play", start);
    for (const name of ENDS) video.removeEventListener(name, stop);
  };
}

const ENDS = ["pause", "ended", "emptied"] as const;

function hasNext(video: HTMLVideoElement): boolean {
  if (video.paused || video.ended || video.seeking) return false;
  const { buffered, currentTime, duration } = video;
  for (let range = 0; range < buffered.length; range++)
    if (
      buffered.start(range) <= currentTime &&
      Math.min(currentTime + AHEAD, duration) <= buffered.end(range)
    )
      return true;
  return false;
}
