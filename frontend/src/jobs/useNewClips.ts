import { useCallback, useEffect, useReducer, useRef } from "react";
import { useApi } from "../app/context";
import { say } from "../strings";
import { contentTypeOf } from "../api/fileTypes";
import type { TrackedVideoView } from "../api/schema";
import { EMPTY } from "../create/creation";
import { type ClipDraft, type ClipsAction, clipsReducer, type FileClip } from "./newClips";
import { sendForm } from "../api/sendForm";

/** What somebody does to the clips; the rest happens by itself. */
export type ClipsChange = Extract<ClipsAction, { type: "wrote" | "moved" | "removed" | "cleared" }>;

interface NewClips {
  readonly clips: readonly ClipDraft[];
  readonly addFiles: (chosen: readonly File[]) => void;
  readonly addVideos: (chosen: readonly TrackedVideoView[]) => void;
  readonly addPrompt: () => void;
  readonly change: (action: ClipsChange) => void;
}

/** The clips of a job to be: sends files as soon as they are chosen, and stops those that are removed or left. */
export function useNewClips(): NewClips {
  const api = useApi();
  const [clips, dispatch] = useReducer(clipsReducer, []);
  const running = useRef(new Map<string, AbortController>());

  const send = useCallback(
    async (item: FileClip) => {
      const control = new AbortController();
      running.current.set(item.key, control);
      try {
        const type = contentTypeOf(item.file.name);
        if (type === undefined) throw new Error(say.newJob.unknownKind);
        const form = await api.createUpload({
          file_name: item.file.name.slice(-200),
          content_type: type,
          size_bytes: item.file.size,
        });
        const onProgress = (percent: number) => {
          dispatch({ type: "progressed", key: item.key, percent });
        };
        await sendForm(form, item.file, { onProgress, signal: control.signal });
        dispatch({ type: "sent", key: item.key, uploadId: form.upload_id });
      } catch (reason) {
        const lost = reason instanceof TypeError || !(reason instanceof Error);
        if (!control.signal.aborted) {
          dispatch({ type: "failed", key: item.key, error: lost ? say.newJob.failed : reason.message });
        }
      } finally {
        running.current.delete(item.key);
      }
    },
    [api],
  );

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
      for (const item of added) void send(item);
    },
    [send],
  );

  const addVideos = useCallback((chosen: readonly TrackedVideoView[]) => {
    const added = chosen.map((video) => ({ kind: "video", key: crypto.randomUUID(), video }) as const);
    dispatch({ type: "added", clips: added });
  }, []);

  const addPrompt = useCallback(() => {
    dispatch({ type: "added", clips: [{ kind: "prompt", key: crypto.randomUUID(), draft: EMPTY }] });
  }, []);

  const change = useCallback<NewClips["change"]>((action) => {
    if (action.type === "removed") running.current.get(action.key)?.abort();
    if (action.type === "cleared") for (const control of running.current.values()) control.abort();
    dispatch(action);
  }, []);

  useEffect(() => {
    const left = running.current;
    return () => {
      for (const control of left.values()) control.abort();
    };
  }, []);

  return { clips, addFiles, addVideos, addPrompt, change };
}
