import type { BatchRequestModel, ClipView } from "../../api/schema";
import { neighboursOf, referencesOf } from "../references/madeFrom";
import { type Selection, selectedClips } from "./selection";

/** Write the request: a clip's own instruction where there is one, the one for all besides. */
export function requestOf(selection: Selection, clips: readonly ClipView[]): BatchRequestModel {
  const forAll = selection.forAll.trim();
  const { clips: lines, ...choices } = choicesOf(selection, clips);
  return {
    clips: selectedClips(selection, clips).map(({ clip_id }, place) => {
      const own = selection.perClip[clip_id]?.trim();
      return { ...lines[place], ...(own ? { instruction: own } : {}) } as (typeof lines)[number];
    }),
    ...(forAll ? { instruction: forAll } : {}),
    ...choices,
  };
}

/** What bears on the price, or on what is refused, besides the words; the API's defaults are left to it. */
export function choicesOf(selection: Selection, clips: readonly ClipView[]): BatchRequestModel {
  const { takes, model } = selection;
  const references = referencesOf(selection.references, clips);
  return {
    clips: selectedClips(selection, clips).map(({ clip_index }) => ({
      clip_index,
      ...(references.length > 0 ? { references } : {}),
    })),
    ...(takes > 1 ? { takes } : {}),
    ...(model ? { model } : {}),
    // Said for all: the API leaves it out where there is no such clip.
    ...neighboursOf(selection, { previous: true, next: true }),
  };
}

/** The ids of selected clips that have no instruction, neither their own nor the one for all. */
export function withoutInstruction(selection: Selection, clips: readonly ClipView[]): readonly string[] {
  if (selection.forAll.trim()) return [];
  return selectedClips(selection, clips)
    .filter(({ clip_id }) => !selection.perClip[clip_id]?.trim())
    .map(({ clip_id }) => clip_id);
}
