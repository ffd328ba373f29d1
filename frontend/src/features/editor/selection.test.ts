import { describe, expect, it } from "vitest";
import type { ClipView } from "../../api/schema";
import { WORDS_ONLY } from "../references/madeFrom";
import { requestOf, withoutInstruction } from "./batchRequest";
import { NOTHING, type Selection, selectedClips, selectionReducer } from "./selection";

const clips = ["a", "b", "c"].map((clip_id, clip_index) => ({ clip_id, clip_index }) as ClipView);
const chosen: Selection = {
  open: true,
  clipIds: ["c", "a"],
  forAll: " brighter ",
  perClip: { c: " make it nighttime", b: "unused" },
  takes: 1,
  model: "",
  ...WORDS_ONLY,
};

describe("selectionReducer", () => {
  it("toggles clips, selects all and none", () => {
    const one = selectionReducer(NOTHING, { type: "toggled", clipId: "b" });
    expect(one.clipIds).toEqual(["b"]);
    expect(selectionReducer(one, { type: "toggled", clipId: "b" }).clipIds).toEqual([]);
    expect(selectionReducer(one, { type: "chose", clipIds: ["a", "b", "c"] }).clipIds).toHaveLength(3);
  });

  it("forgets all of it when selecting is left", () => {
    expect(selectionReducer(chosen, { type: "closed" })).toBe(NOTHING);
  });

  it("keeps an instruction while its clip is not selected", () => {
    const off = selectionReducer(chosen, { type: "toggled", clipId: "c" });
    expect(selectionReducer(off, { type: "toggled", clipId: "c" }).perClip.c).toBe(" make it nighttime");
  });
});

describe("the request", () => {
  it("names clips in playback order; a clip's own instruction wins over the one for all", () => {
    expect(requestOf(chosen, clips)).toEqual({
      clips: [{ clip_index: 0 }, { clip_index: 2, instruction: "make it nighttime" }],
      instruction: "brighter",
    });
  });

  it("says how many takes and which model, where that is not what the API does by itself", () => {
    const three = selectionReducer(chosen, { type: "takes", takes: 3 });
    expect(requestOf(three, clips)).toMatchObject({ takes: 3, instruction: "brighter" });
    expect(requestOf(three, clips)).not.toHaveProperty("model");
    const other = selectionReducer(three, { type: "model", model: "choosy" });
    expect(requestOf(other, clips)).toMatchObject({ takes: 3, model: "choosy" });
  });

  it("follows clips to their new places, and leaves out those that are gone", () => {
    const reordered = [
      { clip_id: "c", clip_index: 0 },
      { clip_id: "b", clip_index: 1 },
    ] as ClipView[];
    expect(requestOf(chosen, reordered).clips).toEqual([{ clip_index: 0, instruction: "make it nighttime" }]);
    expect(selectedClips(chosen, reordered)).toHaveLength(1);
  });

  it("says which clips nothing was written for", () => {
    expect(withoutInstruction(chosen, clips)).toEqual([]);
    expect(withoutInstruction({ ...chosen, forAll: "  " }, clips)).toEqual(["a"]);
  });
});
