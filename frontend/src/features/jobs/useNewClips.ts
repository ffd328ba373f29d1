import { useMemo, useSyncExternalStore } from "react";
import type { TrackedVideoView } from "../../api/schema";
import { isCancelled, sendingOf } from "../../api/uploads";
import type { VideoApiClient } from "../../api/VideoApiClient";
import { useApi } from "../../auth/context";
import { forgetAtSignOut } from "../../auth/signOut";
import { EMPTY } from "../create/creation";
import { WORDS_ONLY } from "../references/madeFrom";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { type ClipDraft, type ClipsAction, clipsReducer, type FileClip } from "./newClips";

/** What a person does to the clips; the rest happens by itself. */
export type ClipsChange = Extract<
  ClipsAction,
  { type: "wrote" | "made from" | "moved" | "removed" | "cleared" }
>;

interface NewClips {
  readonly clips: readonly ClipDraft[];
  readonly addFiles: (chosen: readonly File[]) => void;
  readonly addVideos: (chosen: readonly TrackedVideoView[]) => void;
  readonly addPrompt: () => void;
  readonly change: (action: ClipsChange) => void;
  /** Drop all clips; for some seconds that can be undone. */
  readonly drop: () => void;
}

/** What the clips are for: a job to be, or the id of the job that they are added to. */
export type Draft = string;
export const NEW_JOB: Draft = "";
const NONE: readonly ClipDraft[] = [];

// Beside the pages: uploads go on, and nothing is lost, while another page is open.
const drafts = new Map<Draft, readonly ClipDraft[]>();
const listeners = new Set<() => void>();

function dispatch(draft: Draft, action: ClipsAction): void {
  const clips = drafts.get(draft) ?? NONE;
  const kept = clipsReducer(clips, action);
  for (const clip of clips) if (clip.kind === "file" && !isAmong(kept, clip)) sendingOf(clip.file)?.cancel();
  drafts.set(draft, kept);
  for (const listener of listeners) listener();
}

function isAmong(clips: readonly ClipDraft[], { key }: ClipDraft): boolean {
  return clips.some((clip) => clip.key === key);
}

/** Forget all clips that were put together. */
export function forgetNewClips(draft: Draft): void {
  dispatch(draft, { type: "cleared" });
}

forgetAtSignOut(() => {
  for (const draft of drafts.keys()) forgetNewClips(draft);
});

/** Clips that are put together: sends files as soon as they are chosen, and stops those that are removed. */
export function useNewClips(draft: Draft): NewClips {
  const api = useApi();
  const clips = useSyncExternalStore(subscribe, () => drafts.get(draft) ?? NONE);
  return useMemo(() => {
    const change = (action: ClipsAction) => {
      dispatch(draft, action);
    };
    const add = (added: readonly ClipDraft[]) => {
      change({ type: "added", clips: added });
    };
    return {
      clips,
      change,
      addFiles: (chosen) => {
        const added = chosen.map((file): FileClip => ({
          kind: "file",
          key: crypto.randomUUID(),
          file,
          state: "sending",
        }));
        add(added);
        for (const item of added) void send(api, item, change);
      },
      addVideos: (chosen) => {
        add(chosen.map((video) => ({ kind: "video", key: crypto.randomUUID(), video })));
      },
      addPrompt: () => {
        add([{ kind: "prompt", key: crypto.randomUUID(), draft: EMPTY, madeFrom: WORDS_ONLY }]);
      },
      drop: () => {
        // What was still on its way is stopped, and cannot be brought back.
        const kept = clips.filter((clip) => clip.kind !== "file" || clip.state === "sent");
        forgetNewClips(draft);
        if (kept.length > 0)
          toast(say.newJob.dropped(kept.length), {
            undo: () => {
              add(kept);
            },
          });
      },
    };
  }, [api, clips, draft]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function send(
  api: VideoApiClient,
  { key, file }: FileClip,
  change: (action: ClipsAction) => void,
): Promise<void> {
  try {
    if (file.size === 0) throw new Error(say.newJob.empty);
    change({ type: "sent", key, uploadId: await api.sendClip(file) });
  } catch (reason) {
    if (isCancelled(reason)) return;
    const lost = reason instanceof TypeError || !(reason instanceof Error);
    change({ type: "failed", key, error: lost ? say.newJob.failed : sentenceOf(reason) });
  }
}
