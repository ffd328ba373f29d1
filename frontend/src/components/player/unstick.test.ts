import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { unstick } from "./unstick";

/** As much of a video as is looked at; counts seeks. */
class Video extends EventTarget {
  paused = false;
  ended = false;
  seeking = false;
  readyState = 2;
  seeks = 0;
  buffered = { length: 1, start: () => 0, end: () => 3 };

  get currentTime(): number {
    return 0.2;
  }

  set currentTime(_time: number) {
    this.seeks += 1;
    this.readyState = 4;
  }
}

describe("unstick", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function waiting(changed: Partial<Video>): Video {
    const video = Object.assign(new Video(), changed);
    unstick(video as unknown as HTMLVideoElement);
    video.dispatchEvent(new Event("waiting"));
    vi.advanceTimersByTime(2000);
    return video;
  }

  it("seeks once where the video has what comes next and does not go on", () => {
    expect(waiting({}).seeks).toBe(1);
  });

  it.each([
    ["is paused", { paused: true }],
    ["is being put elsewhere", { seeking: true }],
    ["goes on by itself", { readyState: 3 }],
    ["waits for the network", { buffered: { length: 1, start: () => 0, end: () => 0.3 } }],
  ])("leaves a video alone that %s", (_name, changed) => {
    expect(waiting(changed).seeks).toBe(0);
  });
});
