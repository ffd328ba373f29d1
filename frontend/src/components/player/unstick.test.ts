import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { unstick } from "./unstick";

/** As much of a video as is looked at; it plays on after a seek, which it counts. */
class Video extends EventTarget {
  paused = false;
  ended = false;
  seeking = false;
  duration = 3;
  speed = 0;
  seeks = 0;
  time = 0.2;
  buffered = { length: 1, start: () => 0, end: () => 3 };

  get currentTime(): number {
    this.time += this.speed;
    return this.time;
  }

  set currentTime(_time: number) {
    this.seeks += 1;
    this.speed = 0.01;
  }
}

describe("unstick", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function played(changed: Partial<Video>): Video {
    const video = Object.assign(new Video(), { paused: true });
    unstick(video as unknown as HTMLVideoElement);
    Object.assign(video, { paused: false }, changed);
    video.dispatchEvent(new Event("play"));
    vi.advanceTimersByTime(2000);
    return video;
  }

  it.each([
    ["anywhere", {}],
    ["in the last moments", { time: 2.95 }],
  ])("seeks once where the video has what comes next and stands, %s", (_name, changed) => {
    expect(played(changed).seeks).toBe(1);
  });

  it.each([
    ["is paused", { paused: true }],
    ["is being put elsewhere", { seeking: true }],
    ["goes on by itself", { speed: 0.01 }],
    ["waits for the network", { buffered: { length: 1, start: () => 0, end: () => 0.25 } }],
    ["has nothing yet", { buffered: { length: 0, start: () => 0, end: () => 0 } }],
  ])("leaves a video alone that %s", (_name, changed) => {
    expect(played(changed).seeks).toBe(0);
  });

  it.each([
    ["sought", { seeking: true }, { seeking: false }],
    ["loaded", { buffered: { length: 0, start: () => 0, end: () => 0 } }, { buffered: new Video().buffered }],
  ])("looks again at a video that still %s at one look", (_name, first, then) => {
    const video = played(first);
    Object.assign(video, then);
    vi.advanceTimersByTime(1000);
    expect(video.seeks).toBe(1);
  });

  it("stops with the video, and when it is no longer shown", () => {
    const video = new Video();
    const stop = unstick(video as unknown as HTMLVideoElement);
    expect(vi.getTimerCount()).toBe(1); // it played already
    video.dispatchEvent(new Event("pause"));
    expect(vi.getTimerCount()).toBe(0);
    video.dispatchEvent(new Event("play"));
    stop();
    video.dispatchEvent(new Event("play"));
    expect(vi.getTimerCount()).toBe(0);
  });
});
