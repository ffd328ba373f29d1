import { describe, expect, it } from "vitest";
import { nextSpeed, Shuttle } from "./shuttle";

describe("nextSpeed", () => {
  it("doubles with each press and stays at the greatest", () => {
    expect([0, 1, 2, 4].map((speed) => nextSpeed(speed, 1))).toEqual([1, 2, 4, 4]);
    expect([0, -1, -2, -4].map((speed) => nextSpeed(speed, -1))).toEqual([-1, -2, -4, -4]);
  });

  it("turns around at the lowest speed of the other direction", () => {
    expect(nextSpeed(4, -1)).toBe(-1);
    expect(nextSpeed(-2, 1)).toBe(1);
  });
});

/** As much of a video as a shuttle uses. */
class Video extends EventTarget {
  paused = true;
  ended = false;
  seeking = false;
  playbackRate = 1;
  currentTime = 0;

  play(): Promise<void> {
    this.paused = false;
    return Promise.resolve();
  }

  pause(): void {
    this.paused = true;
  }
}

describe("Shuttle", () => {
  function make(seeking: boolean): { video: Video; shuttle: Shuttle } {
    const video = new Video();
    video.seeking = seeking;
    return { video, shuttle: new Shuttle(video as unknown as HTMLVideoElement) };
  }

  it("plays at once", () => {
    const { video, shuttle } = make(false);
    shuttle.set(2);
    expect([video.paused, video.playbackRate]).toEqual([false, 2]);
  });

  it("plays what is being put elsewhere when it is there", () => {
    const { video, shuttle } = make(true);
    shuttle.set(1);
    expect(video.paused).toBe(true);
    video.dispatchEvent(new Event("seeked"));
    expect(video.paused).toBe(false);
  });

  it("does not play what was stopped meanwhile", () => {
    const { video, shuttle } = make(true);
    shuttle.set(1);
    shuttle.stop();
    video.dispatchEvent(new Event("seeked"));
    expect(video.paused).toBe(true);
  });
});
