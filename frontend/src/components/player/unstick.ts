const STUCK_MS = 500;
const HAVE_FUTURE_DATA = 3;

/**
 * Put a video to its own time again when it stands although it plays and has what comes next.
 *
 * Chromium's decoders may stop for good where they are asked to play right after several seeks; a seek, however
 * short, starts them again. Players of streams do the same.
 *
 * @returns How to stop.
 */
export function unstick(video: HTMLVideoElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (isStuck(video)) {
        video.currentTime += 0; // a seek to where it is
        look();
      }
    }, STUCK_MS);
  };
  video.addEventListener("waiting", look);
  return () => {
    clearTimeout(timer);
    video.removeEventListener("waiting", look);
  };
}

function isStuck(video: HTMLVideoElement): boolean {
  if (video.paused || video.ended || video.seeking || video.readyState >= HAVE_FUTURE_DATA) return false;
  const { buffered, currentTime } = video;
  for (let range = 0; range < buffered.length; range++)
    if (buffered.start(range) <= currentTime && currentTime + STUCK_MS / 1000 < buffered.end(range))
      return true;
  return false;
}
