import type { ClipView, ReferenceModel, ReferenceRole } from "../../api/schema";

/** A picture or a video that clips are made from: an upload, one of the user's videos, or a clip of the job. */
export interface GivenReference {
  readonly key: string;
  readonly role: ReferenceRole;
  readonly name: string;
  readonly source:
    | { readonly upload_id: string }
    | { readonly video_id: string }
    /** By its id: its place may change before the request is sent. */
    | { readonly clip_id: string };
}

/** What a clip is made from besides words. */
export interface MadeFrom {
  /** Whether it begins with the last frame of the clip before it. */
  readonly fromPrevious: boolean;
  /** Whether it ends with the first frame of the clip after it. */
  readonly toNext: boolean;
  readonly references: readonly GivenReference[];
}

export const WORDS_ONLY: MadeFrom = { fromPrevious: false, toNext: false, references: [] };

/** The roles of everything that a clip is made from. */
export function rolesOf({ fromPrevious, toNext, references }: MadeFrom): readonly ReferenceRole[] {
  return [
    ...(fromPrevious ? (["first_frame"] as const) : []),
    ...(toNext ? (["last_frame"] as const) : []),
    ...references.map(({ role }) => role),
  ];
}

/** Write the references of a request; a clip that is not in the job any more is left out. */
export function referencesOf(
  references: readonly GivenReference[],
  clips: readonly ClipView[] = [],
): ReferenceModel[] {
  return references.flatMap(({ role, source }): ReferenceModel[] => {
    if (!("clip_id" in source)) return [{ role, ...source }];
    const clip = clips.find(({ clip_id }) => clip_id === source.clip_id);
    return clip ? [{ role, clip_index: clip.clip_index }] : [];
  });
}

/** Write that a clip continues those beside it; nothing of one that is not there. */
export function neighboursOf(
  { fromPrevious, toNext }: MadeFrom,
  { previous, next }: { readonly previous: boolean; readonly next: boolean },
): { from?: "previous"; to?: "next" } {
  return {
    ...(fromPrevious && previous ? { from: "previous" as const } : {}),
    ...(toNext && next ? { to: "next" as const } : {}),
  };
}
