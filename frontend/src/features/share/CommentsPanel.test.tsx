import { screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { OwnedCommentView } from "../../api/schema";
import { FakeServer } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aJob } from "../../testing/samples";
import { CommentsPanel } from "./CommentsPanel";
import { pinsOf } from "./useComments";

function aComment(more: Partial<OwnedCommentView> = {}): OwnedCommentView {
  return {
    comment_id: "c1",
    share_id: "s1",
    author: "Vera",
    text: "warmer, please",
    time_s: 2.5,
    clip_index: 1,
    clip_time_s: 0.5,
    frame: 75,
    created_at: "2026-11-29T08:00:00Z",
    ...more,
  };
}

function open(comments: readonly OwnedCommentView[], server = new FakeServer()) {
  const [onSeek, onUse] = [vi.fn(), vi.fn()];
  const panel = <CommentsPanel job={aJob(3)} comments={comments} fps={30} onSeek={onSeek} onUse={onUse} />;
  return { ...show(panel, server), onSeek, onUse, server };
}

describe("CommentsPanel", () => {
  it("makes a comment the instruction of the clip at its time by one press", async () => {
    const { user, onUse } = open([aComment()]);
    await user.click(screen.getByRole("button", { name: "Use as instruction" }));
    expect(onUse).toHaveBeenCalledWith("clip-1", "warmer, please");
  });

  it("goes to the moment that a comment is about", async () => {
    const { user, onSeek } = open([aComment()]);
    await user.click(screen.getByRole("button", { name: "Go to 0:02:15" }));
    expect(onSeek).toHaveBeenCalledWith(2.5);
  });

  it("offers neither for a comment whose clip is gone", () => {
    const gone = aComment({ time_s: null, clip_index: null });
    open([gone]);
    expect(screen.getByText("no longer in the video")).toBeDefined();
    expect(screen.queryByRole("button", { name: /Go to|Use/ })).toBeNull();
    expect(pinsOf([gone, aComment({ comment_id: "c2" })], 30)).toEqual([
      { id: "c2", time: 2.5, label: "Comment of Vera at 0:02:15" },
    ]);
  });

  it("is not there without comments", () => {
    open([]);
    expect(screen.queryByText("Comments")).toBeNull();
  });
});
