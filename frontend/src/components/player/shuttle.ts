import { seekTo, soughtTime } from "./seek";

/** Speeds that J and L go through; backwards below zero. */
const SPEEDS = [-4, -2, -1, 0, 1, 2, 4] as const;
const STEP_MS = 60;

/** The next speed in a direction: from standing, 1; then twice as fast with each press, up to 4. */
export function nextSpeed(now: number, direction: 1 | -1): number {
  const from = Math.sign(now) === direction ? now : 0;
  const next = SPEEDS[SPEEDS.findIndex((speed) => speed === from) + direction];
  return next ?? from;
}

/** Plays a video at speeds in both directions. */
export class Shuttle {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly video: HTMLVideoElement) {}

  /** The speed now; 0 while it stands. */
  get speed(): number {
    if (this.timer !== undefined) return this.backwards;
    return this.video.paused || this.video.ended ? 0 : this.video.playbackRate;
  }

  private backwards = 0;

  set(speed: number): void {
    this.stop();
    if (speed > 0) {
      this.video.playbackRate = speed;
      void this.video.play().catch(() => undefined); // a browser may want a click first
    } else if (speed < 0) {
      // No browser plays backwards: the video is put back again and again.
      this.backwards = speed;
      this.timer = setInterval(() => {
        const time = soughtTime(this.video) + (speed * STEP_MS) / 1000;
        seekTo(this.video, time);
        if (time <= 0) this.stop();
      }, STEP_MS);
    }
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.backwards = 0;
    this.video.pause();
    this.video.playbackRate = 1;
  }
}
