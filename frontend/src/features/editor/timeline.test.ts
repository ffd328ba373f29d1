import { describe, expect, it } from "vitest";
import type { ClipView } from "../../api/schema";
import { clipAt, closer, farther, orderWithMoved, startsOf } from "./timeline";

const clips = [2000, 500, 1500].map(
  (duration_ms) => ({ duration_ms, trim: null, current_version: {} }) as ClipView,
);

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

  it("counts what is shown of a trimmed clip, and nothing of one without a take", () => {
    const [first, second, third] = clips as [ClipView, ClipView, ClipView];
    const trim = { in_frame: 3, out_frame: 18, frames: 15, duration_ms: 500 };
    const changed = [{ ...first, trim }, { ...second, current_version: null }, third];
    expect(startsOf(changed)).toEqual([0, 0.5, 0.5]);
    expect(clipAt(changed, 0.75)).toEqual({ index: 2, played: 0.25 / 1.5 });
  });

  it("comes closer and goes farther from what is shown, until all of it is in the window", () => {
    expect(closer({ now: 72, fitting: 72 })).toBe(96);
    expect(closer({ now: 12, fitting: 3 })).toBe(24);
    expect(closer({ now: 384, fitting: 3 })).toBeUndefined();
    expect(farther({ now: 96, fitting: 20 })).toBe(48);
    expect(farther({ now: 24, fitting: 20 })).toBe("fit");
    expect(farther({ now: 72, fitting: 72 })).toBe("fit");
  });

  it("moves a clip to another place, and not over an end", () => {
    expect(orderWithMoved(4, 3, 0)).toEqual([3, 0, 1, 2]);
    expect(orderWithMoved(4, 0, 2)).toEqual([1, 2, 0, 3]);
    expect(orderWithMoved(3, 0, -1)).toBeNull();
    expect(orderWithMoved(3, 2, 3)).toBeNull();
    expect(orderWithMoved(3, 1, 1)).toBeNull();
  });
});
