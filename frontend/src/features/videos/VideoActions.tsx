import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Ref } from "react";
import type { TrackedVideoView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { LazyPart } from "../../components/LazyPart";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { setCancelling, useCancelling } from "./cancelling";
import { startDownload } from "./download";
import { RetryVideo } from "./lazyParts";
import styles from "./TrackedVideo.module.css";

interface VideoActionsProps {
  readonly video: TrackedVideoView;
  readonly onRename: () => void;
  readonly onDelete: () => void;
  /** What begins to change the title. */
  readonly pen: Ref<HTMLButtonElement>;
}

/** What can be done with a video as it is now. */
export function VideoActions({ video, onRename, onDelete, pen }: VideoActionsProps) {
  const act = useActions(video.video_id);
  const { status, paused } = video;
  const isCancelling = useCancelling().has(video.video_id);
  return (
    <div className={styles.actions}>
      {status === "completed" && <Act does={act.download}>{say.videos.download}</Act>}
      {(status === "failed" || status === "cancelled") && (
        <LazyPart>
          <RetryVideo video={video} retry={act.retry} />
        </LazyPart>
      )}
      {status === "processing" && paused && !isCancelling && <Act does={act.resume}>{say.batch.resume}</Act>}
      {(status === "processing" || status === "in_doubt") && !isCancelling && (
        <Act does={act.cancel}>{say.videos.cancel}</Act>
      )}
      <Button
        ref={pen}
        size="small"
        look="quiet"
        title={say.app.rename}
        aria-label={say.videos.rename(video.title)}
        onClick={onRename}
      >
        ✎
      </Button>
      <Button size="small" look="quiet" aria-label={say.videos.delete(video.title)} onClick={onDelete}>
        ×
      </Button>
    </div>
  );
}

type Action = UseMutationResult<unknown, Error, void>;

function Act({ does, children }: { readonly does: Action; readonly children: string }) {
  return (
    <Button
      size="small"
      busy={does.isPending}
      onClick={() => {
        does.mutate();
      }}
    >
      {children}
    </Button>
  );
}

interface Actions extends Record<"download" | "cancel" | "resume", Action> {
  readonly retry: UseMutationResult<unknown, Error, string>;
}

function useActions(id: string): Actions {
  const api = useApi();
  const queries = useQueryClient();
  const common = {
    onError: (error: Error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.videos }),
  };
  return {
    download: useMutation({
      mutationFn: async () => {
        startDownload(await api.downloadVideo(id));
      },
      onError: common.onError,
    }),
    retry: useMutation({
      ...common,
      mutationFn: (model: string) => api.retryVideo(id, model),
      onMutate: () => {
        setCancelling(id, false);
      },
    }),
    cancel: useMutation({
      ...common,
      mutationFn: () => api.cancelVideo(id),
      onMutate: () => {
        setCancelling(id, true);
      },
      onError: (error: Error) => {
        setCancelling(id, false);
        common.onError(error);
      },
    }),
    resume: useMutation({ ...common, mutationFn: () => api.queue.resumeVideo(id) }),
  };
}
