import type { ClipView } from "../../api/schema";
import type { MadeFrom } from "../references/madeFrom";

/**
 * What is entered for several clips. Clips are named by their ids: their places may
 * change while this is being written.
 */
export interface Selection extends MadeFrom {
  /** Whether clips are being selected at all. */
  readonly open: boolean;
  readonly clipIds: readonly string[];
  readonly forAll: string;
  readonly perClip: Readonly<Record<string, string>>;
  /** How many takes are made of each clip. */
  readonly takes: number;
  /** A name in the catalogue; empty for the model that each clip was made with. */
  readonly model: string;
}

export const NOTHING: Selection = {
  open: false,
  clipIds: [],
  forAll: "",
  perClip: {},
  takes: 1,
  model: "",
  fromPrevious: false,
  toNext: false,
  references: [],
};

/** What the API makes of one clip at once. */
export const MAX_TAKES = 3;

export type SelectionAction =
  | { readonly type: "opened"; readonly clipId?: string }
  | { readonly type: "toggled"; readonly clipId: string }
  | { readonly type: "added"; readonly clipIds: readonly string[] }
  | { readonly type: "chose"; readonly clipIds: readonly string[] }
  | { readonly type: "wrote for all"; readonly text: string }
  | { readonly type: "wrote"; readonly clipId: string; readonly text: string }
  | { readonly type: "takes"; readonly takes: number }
  | { readonly type: "model"; readonly model: string }
  | { readonly type: "made from"; readonly more: Partial<MadeFrom> }
  | { readonly type: "closed" };

export function selectionReducer(selection: Selection, action: SelectionAction): Selection {
  switch (action.type) {
    case "opened":
      return { ...selection, open: true, clipIds: action.clipId ? [action.clipId] : selection.clipIds };
    case "toggled": {
      const { clipIds } = selection;
      const without = clipIds.filter((id) => id !== action.clipId);
      return {
        ...selection,
        open: true,
        clipIds: without.length < clipIds.length ? without : [...clipIds, action.clipId],
      };
    }
    case "added":
      return { ...selection, open: true, clipIds: [...new Set([...selection.clipIds, ...action.clipIds])] };
    case "chose":
      return { ...selection, clipIds: action.clipIds };
    case "wrote for all":
      return { ...selection, forAll: action.text };
    case "wrote":
      return { ...selection, perClip: { ...selection.perClip, [action.clipId]: action.text } };
    case "takes":
      return { ...selection, takes: action.takes };
    case "model":
      return { ...selection, model: action.model };
    case "made from":
      return { ...selection, ...action.more };
    case "closed":
      return NOTHING;
  }
}

/** The selected clips that are still there, in playback order. */
export function selectedClips(selection: Selection, clips: readonly ClipView[]): readonly ClipView[] {
  return clips.filter((clip) => selection.clipIds.includes(clip.clip_id));
}
