import { useCallback, useSyncExternalStore } from "react";
import { contentTypeOf } from "../../api/fileTypes";
import type { TrackedVideoView } from "../../api/schema";
import { sendForm } from "../../api/sendForm";
import type { VideoApiClient } from "../../api/VideoApiClient";
import { useApi } from "../../auth/context";
import { forgetAtSignOut } from "../../auth/signOut";
import { EMPTY } from "../create/creation";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { type ClipDraft, type ClipsAction, clipsReducer, type FileClip } from "./newClips";

/** What a person does to the clips; the rest happens by itself. */
export type ClipsChange = Extract<ClipsAction, { type: "wrote" | "moved" | "removed" | "cleared" }>;

interface NewClips {
  readonly clips: readonly ClipDraft[];
  readonly addFiles: (chosen: readonly File[]) => void;
  readonly addVideos: (chosen: readonly TrackedVideoView[]) => void;
  readonly addPrompt: () => void;
  readonly change: (action: ClipsChange) => void;
  /** Drop all clips; for some seconds that can be undone. */
  readonly drop: () => void;
}

// Beside the pages: uploads go on, and nothing is lost, while another page is open.
let drafts: readonly ClipDraft[] = [];
const running = new Map<string, AbortController>();
const listeners = new Set<() => void>();

function dispatch(action: ClipsAction): void {
  if (action.type === "removed") running.get(action.key)?.abort();
  if (action.type === "cleared") for (const control of running.values()) control.abort();
  drafts = clipsReducer(drafts, action);
  for (const listener of listeners) listener();
}

/** Forget all clips that were put together. */
export function forgetNewClips(): void {
  dispatch({ type: "cleared" });
}

forgetAtSignOut(forgetNewClips);

/** The clips of a job to be: sends files as soon as they are chosen, and stops those that are removed. */
export function useNewClips(): NewClips {
  const api = useApi();
  const clips = useSyncExternalStore(subscribe, () => drafts);
  const addFiles = useCallback(
    (chosen: readonly File[]) => {
      const added = chosen.map((file): FileClip => ({
        kind: "file",
        key: crypto.randomUUID(),
        file,
        state: "sending",
        percent: 0,
      }));
      dispatch({ type: "added", clips: added });
      for (const item of added) void send(api, item);
    },
    [api],
  );
  return { clips, addFiles, addVideos, addPrompt, change: dispatch, drop };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function addVideos(chosen: readonly TrackedVideoView[]): void {
  const added = chosen.map((video) => ({ kind: "video", key: crypto.randomUUID(), video }) as const);
  dispatch({ type: "added", clips: added });
}

function addPrompt(): void {
  dispatch({ type: "added", clips: [{ kind: "prompt", key: crypto.randomUUID(), draft: EMPTY }] });
}

function drop(): void {
  // What was still on its way is stopped, and cannot be brought back.
  const kept = drafts.filter((clip) => clip.kind !== "file" || clip.state === "sent");
  dispatch({ type: "cleared" });
  if (kept.length > 0)
    toast(say.newJob.dropped(kept.length), {
      undo: () => {
        dispatch({ type: "added", clips: kept });
      },
    });
}

async function send(api: VideoApiClient, { key, file }: FileClip): Promise<void> {
  const control = new AbortController();
  running.set(key, control);
  try {
    const type = contentTypeOf(file.name);
    if (type === undefined) throw new Error(say.newJob.unknownKind);
    if (file.size === 0) throw new Error(say.newJob.empty);
    const form = await api.createUpload({
      file_name: file.name.slice(-200),
      content_type: type,
      size_bytes: file.size,
    });
    const onProgress = (percent: number) => {
      dispatch({ type: "progressed", key, percent });
    };
    await sendForm(form, file, { onProgress, signal: control.signal });
    dispatch({ type: "sent", key, uploadId: form.upload_id });
  } catch (reason) {
    if (control.signal.aborted) return;
    const lost = reason instanceof TypeError || !(reason instanceof Error);
    dispatch({ type: "failed", key, error: lost ? say.newJob.failed : sentenceOf(reason) });
  } finally {
    running.delete(key);
  }
}
