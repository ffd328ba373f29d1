import { describe, expect, it } from "vitest";
import { contentTypeOf } from "../../api/fileTypes";
import type { TrackedVideoView } from "../../api/schema";
import { EMPTY } from "../create/creation";
import { WORDS_ONLY } from "../references/madeFrom";
import { type ClipDraft, clipsOf, clipsReducer, isReady } from "./newClips";

const file = (key: string): ClipDraft => ({
  kind: "file",
  key,
  file: new File([], `${key}.mp4`),
  state: "sending",
});
const prompt = (key: string): ClipDraft => ({ kind: "prompt", key, draft: EMPTY, madeFrom: WORDS_ONLY });
const video: ClipDraft = { kind: "video", key: "v", video: { video_id: "id" } as TrackedVideoView };
const order = (clips: readonly ClipDraft[]) => clips.map(({ key }) => key).join("");

describe("clipsReducer", () => {
  const three = [file("a"), prompt("b"), file("c")];

  it("keeps the playback order, and puts a clip at another place", () => {
    expect(order(clipsReducer(three, { type: "moved", key: "c", to: 0 }))).toBe("cab");
    expect(order(clipsReducer(three, { type: "moved", key: "a", to: 2 }))).toBe("bca");
    expect(order(clipsReducer(three, { type: "moved", key: "b", to: 1 }))).toBe("abc");
    expect(clipsReducer(three, { type: "moved", key: "a", to: -1 })).toBe(three);
    expect(clipsReducer(three, { type: "moved", key: "c", to: 3 })).toBe(three);
  });

  it("follows each file on its own", () => {
    const some = clipsReducer(three, { type: "sent", key: "c", uploadId: "u" });
    expect(some).toEqual([three[0], three[1], { ...three[2], state: "sent", uploadId: "u" }]);
  });

  it("adds at the end, writes in one, and removes", () => {
    expect(order(clipsReducer(three, { type: "added", clips: [file("d")] }))).toBe("abcd");
    const wrote = clipsReducer(three, { type: "wrote", key: "b", more: { prompt: "a fox" } });
    expect(wrote[1]).toEqual({ ...prompt("b"), draft: { ...EMPTY, prompt: "a fox" } });
    expect(order(clipsReducer(three, { type: "removed", key: "b" }))).toBe("ac");
    expect(clipsReducer(three, { type: "cleared" })).toEqual([]);
  });
});

describe("the request", () => {
  it("names uploads, videos and prompts in their order, once every file has arrived", () => {
    const mix = [video, file("a"), { ...prompt("b"), draft: { ...EMPTY, prompt: "a fox" } } as ClipDraft];
    expect(isReady(mix)).toBe(false);
    const sent = clipsReducer(mix, { type: "sent", key: "a", uploadId: "u" });
    expect(isReady(sent)).toBe(true);
    expect(clipsOf(sent, [])).toEqual([{ video_id: "id" }, { upload_id: "u" }, { prompt: "a fox" }]);
  });
});

describe("what a file is", () => {
  it("is known by its name", () => {
    expect(contentTypeOf("Shot.MOV")).toBe("video/quicktime");
    expect(contentTypeOf("notes.txt")).toBeUndefined();
    expect(contentTypeOf("mp4")).toBe("video/mp4");
  });
});
