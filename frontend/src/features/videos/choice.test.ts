import { describe, expect, it } from "vitest";
import type { TrackedVideoView } from "../../api/schema";
import { asNow, toggled, withAll } from "./choice";

const video = (id: string, more: Partial<TrackedVideoView> = {}) =>
  ({ video_id: id, title: id, prompt: "", status: "processing", ...more }) as TrackedVideoView;
const ids = (videos: readonly TrackedVideoView[]) => videos.map(({ video_id }) => video_id).join("");
const [a, b, c] = [video("a"), video("b"), video("c")];

describe("a choice of videos", () => {
  it("keeps the order in which they were chosen", () => {
    const chosen = toggled(toggled([], c), a);
    expect(ids(chosen)).toBe("ca");
    expect(ids(withAll(chosen, [a, b, c]))).toBe("cab");
    expect(ids(toggled(chosen, c))).toBe("a");
  });

  it("knows a video again that was read again, and loses one that was deleted", () => {
    const now = asNow([c, a, b], [video("a", { status: "completed" })], new Set(["b"]));
    expect(now.map(({ video_id, status }) => [video_id, status])).toEqual([
      ["c", "processing"],
      ["a", "completed"],
    ]);
  });
});
