import { soughtTime } from "./seek";

const MOMENTS = ["play", "pause", "seeking", "seeked", "timeupdate", "loadedmetadata", "ended"] as const;

/**
 * Call back with the time of a video: with each frame while it plays, once when it is put elsewhere.
 *
 * @returns How to stop.
 */
export function followTime(video: HTMLVideoElement, show: (seconds: number) => void): () => void {
  let frame = 0;
  const draw = () => {
    show(soughtTime(video));
    frame = video.paused || video.ended ? 0 : requestAnimationFrame(draw);
  };
  const moved = () => {
    if (frame === 0) draw();
  };
  for (const moment of MOMENTS) video.addEventListener(moment, moved);
  draw();
  return () => {
    cancelAnimationFrame(frame);
    for (const moment of MOMENTS) video.removeEventListener(moment, moved);
  };
}
