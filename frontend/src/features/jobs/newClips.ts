import type { ClipRequest, ClipView, ModelView, TrackedVideoView } from "../../api/schema";
import { type VideoDraft, requestOf } from "../create/creation";
import { type MadeFrom, neighboursOf, referencesOf } from "../references/madeFrom";

/** A file on its way to become a clip. */
export interface FileClip {
  readonly kind: "file";
  readonly key: string;
  readonly file: File;
  readonly state: "sending" | "sent" | "failed";
  readonly uploadId?: string;
  readonly error?: string;
}

/** A video of the person that becomes a clip as it is. */
export interface VideoClip {
  readonly kind: "video";
  readonly key: string;
  readonly video: TrackedVideoView;
}

/** A clip that is generated from its prompt. */
export interface PromptClip {
  readonly kind: "prompt";
  readonly key: string;
  readonly draft: VideoDraft;
  readonly madeFrom: MadeFrom;
}

/** What clips are put between. */
export interface Surroundings {
  /** The clips of their job as it is. */
  readonly clips: readonly ClipView[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

export const NO_JOB: Surroundings = { clips: [], hasBefore: false, hasAfter: false };

/** One clip of a job that is being put together. */
export type ClipDraft = FileClip | VideoClip | PromptClip;

export type ClipsAction =
  | { readonly type: "added"; readonly clips: readonly ClipDraft[] }
  | { readonly type: "sent"; readonly key: string; readonly uploadId: string }
  | { readonly type: "failed"; readonly key: string; readonly error: string }
  | { readonly type: "wrote"; readonly key: string; readonly more: Partial<VideoDraft> }
  | { readonly type: "made from"; readonly key: string; readonly more: Partial<MadeFrom> }
  | { readonly type: "removed"; readonly key: string }
  | { readonly type: "moved"; readonly key: string; readonly to: number }
  | { readonly type: "cleared" };

/** Keep the clips in playback order. */
export function clipsReducer(clips: readonly ClipDraft[], action: ClipsAction): readonly ClipDraft[] {
  switch (action.type) {
    case "added":
      return [...clips, ...action.clips];
    case "sent":
      return changeFile(clips, action.key, { state: "sent", uploadId: action.uploadId });
    case "failed":
      return changeFile(clips, action.key, { state: "failed", error: action.error });
    case "wrote":
      return clips.map((clip) =>
        clip.kind === "prompt" && clip.key === action.key
          ? { ...clip, draft: { ...clip.draft, ...action.more } }
          : clip,
      );
    case "made from":
      return clips.map((clip) =>
        clip.kind === "prompt" && clip.key === action.key
          ? { ...clip, madeFrom: { ...clip.madeFrom, ...action.more } }
          : clip,
      );
    case "removed":
      return clips.filter((clip) => clip.key !== action.key);
    case "moved":
      return moved(clips, action.key, action.to);
    case "cleared":
      return [];
  }
}

function changeFile(clips: readonly ClipDraft[], key: string, more: Partial<FileClip>): readonly ClipDraft[] {
  return clips.map((clip) => (clip.kind === "file" && clip.key === key ? { ...clip, ...more } : clip));
}

/** Return the clips with one at another place, those between moved up; as they were where that is nowhere. */
function moved(clips: readonly ClipDraft[], key: string, to: number): readonly ClipDraft[] {
  const clip = clips.find((one) => one.key === key);
  if (clip === undefined || to < 0 || to >= clips.length) return clips;
  const others = clips.filter((one) => one.key !== key);
  return [...others.slice(0, to), clip, ...others.slice(to)];
}

/** Whether nothing is on its way any more, so that a job can be made. */
export function isReady(clips: readonly ClipDraft[]): boolean {
  return clips.every((clip) => clip.kind !== "file" || clip.state === "sent");
}

/** Whether a clip has to be removed before a job can be made. */
export function hasFailed(clip: ClipDraft): boolean {
  return clip.kind === "file" && clip.state === "failed";
}

/**
 * Write the clips as the request has them.
 *
 * @param job The job that they are added to, and where; nothing for a new one.
 */
export function clipsOf(
  clips: readonly ClipDraft[],
  models: readonly ModelView[],
  job: Surroundings = NO_JOB,
): ClipRequest[] {
  return clips.flatMap((clip, index): ClipRequest[] => {
    if (clip.kind === "video") return [{ video_id: clip.video.video_id }];
    if (clip.kind === "file") return clip.uploadId ? [{ upload_id: clip.uploadId }] : [];
    const references = referencesOf(clip.madeFrom.references, job.clips);
    const beside = { previous: index > 0 || job.hasBefore, next: index < clips.length - 1 || job.hasAfter };
    return [
      {
        ...requestOf(clip.draft, models),
        ...neighboursOf(clip.madeFrom, beside),
        ...(references.length > 0 ? { references } : {}),
      },
    ];
  });
}
