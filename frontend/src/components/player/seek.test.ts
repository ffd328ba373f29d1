import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { seekTo, soughtTime } from "./seek";

const SEEK_MS = 100;

/** As much of a video as is sought in; a seek that another one interrupts never ends, as in Chromium. */
class Video extends EventTarget {
  readyState = 1;
  seeking = false;
  duration = 3;
  sought: number[] = [];
  slow = false;
  /** How long after the end of a seek its event comes: a browser queues it. */
  queuedMs = 0;

  get currentTime(): number {
    return this.sought.at(-1) ?? 0;
  }

  set currentTime(time: number) {
    this.sought.push(time);
    if (this.seeking) return;
    this.seeking = true;
    if (this.slow) return;
    setTimeout(() => {
      this.seeking = false;
      setTimeout(() => this.dispatchEvent(new Event("seeked")), this.queuedMs);
    }, SEEK_MS);
  }
}

describe("seekTo", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function made(changed: Partial<Video> = {}): { own: Video; video: HTMLVideoElement } {
    const own = Object.assign(new Video(), changed);
    return { own, video: own as unknown as HTMLVideoElement };
  }

  it("takes the last time of a burst when the seek before it has ended", () => {
    const { own, video } = made();
    for (const time of [0.1, 0.2, 0.3, 0.4]) seekTo(video, time);
    expect(own.sought).toEqual([0.1]);
    expect(soughtTime(video)).toBe(0.4);
    vi.advanceTimersByTime(10 * SEEK_MS);
    expect(own.sought).toEqual([0.1, 0.4]);
    expect(own.seeking).toBe(false);
    expect(soughtTime(video)).toBe(0.4);
  });

  it("takes the last time, also between the end of a seek and its event", () => {
    const { own, video } = made({ queuedMs: 10 });
    for (const time of [0.1, 0.2]) seekTo(video, time);
    vi.advanceTimersByTime(SEEK_MS + 5);
    expect(own.seeking).toBe(false);
    seekTo(video, 0.3);
    expect(soughtTime(video)).toBe(0.3);
    vi.advanceTimersByTime(10 * SEEK_MS);
    expect(own.currentTime).toBe(0.3);
  });

  it("is not mistaken by the event of a seek that ended before", () => {
    const { own, video } = made({ queuedMs: 10 });
    seekTo(video, 0.1);
    vi.advanceTimersByTime(SEEK_MS + 5);
    for (const time of [0.2, 0.3]) seekTo(video, time);
    vi.advanceTimersByTime(10);
    expect(own.sought).toEqual([0.1, 0.2]);
    vi.advanceTimersByTime(10 * SEEK_MS);
    expect(own.sought).toEqual([0.1, 0.2, 0.3]);
    expect(own.seeking).toBe(false);
  });

  it("interrupts a seek that takes too long", () => {
    const { own, video } = made({ slow: true });
    seekTo(video, 1);
    seekTo(video, 2);
    vi.advanceTimersByTime(10 * SEEK_MS);
    expect(own.sought).toEqual([1, 2]);
  });

  it("forgets what was asked of a video that shows something else", () => {
    const { own, video } = made();
    seekTo(video, 1);
    seekTo(video, 2);
    own.dispatchEvent(new Event("emptied"));
    vi.advanceTimersByTime(10 * SEEK_MS);
    expect(own.sought).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("stays within the video, and does nothing before its length is known", () => {
    const { own, video } = made();
    seekTo(video, 5);
    expect(own.sought).toEqual([3]);
    const early = made({ readyState: 0 });
    seekTo(early.video, 1);
    expect(early.own.sought).toEqual([]);
  });
});
