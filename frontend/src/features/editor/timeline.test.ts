import { describe, expect, it } from "vitest";
import type { ClipView } from "../../api/schema";
import { clipAt, orderWithMoved, startsOf } from "./timeline";

const clips = [2000, 500, 1500].map((duration_ms) => ({ duration_ms }) as ClipView);

describe("the timeline", () => {
  it("places clips end to end", () => {
    expect(startsOf(clips)).toEqual([0, 2, 2.5]);
  });

  it("finds the clip that plays, and how much of it has been seen", () => {
    expect(clipAt(clips, 0)).toEqual({ index: 0, played: 0 });
    expect(clipAt(clips, 2)).toEqual({ index: 1, played: 0 });
    expect(clipAt(clips, 2.25)).toEqual({ index: 1, played: 0.5 });
    expect(clipAt(clips, 99)).toEqual({ index: 2, played: 1 });
    expect(clipAt([], 1)).toEqual({ index: 0, played: 0 });
  });

  it("moves a clip by one place, and not over an end", () => {
    expect(orderWithMoved(3, 2, -1)).toEqual([0, 2, 1]);
    expect(orderWithMoved(3, 0, 1)).toEqual([1, 0, 2]);
    expect(orderWithMoved(3, 0, -1)).toBeNull();
    expect(orderWithMoved(3, 2, 1)).toBeNull();
  });
});
