import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { TrackedVideoView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { useUndelete } from "../jobs/BringBack";
import { setHidden } from "./removals";

/** Deletes videos at once; for some minutes the server can bring those back that were made. */
export function useRemoval(): (videos: readonly TrackedVideoView[]) => void {
  const api = useApi();
  const queries = useQueryClient();
  const undelete = useUndelete();
  const removal = useMutation({
    mutationFn: async (videos: readonly TrackedVideoView[]) => {
      const remove = async ({ video_id: id }: TrackedVideoView) => {
        try {
          await api.deleteVideo(id);
        } catch (error) {
          setHidden([id], false);
          throw error;
        }
      };
      const failed = (await Promise.allSettled(videos.map(remove))).find(
        ({ status }) => status === "rejected",
      );
      if (failed?.status === "rejected") throw failed.reason;
    },
    onSuccess: (_done, videos) => {
      // What was being made was cancelled, and cannot be brought back.
      const kept = videos.filter(({ status }) => status === "completed").map(({ video_id }) => video_id);
      const undo = () => {
        setHidden(kept, false);
        for (const id of kept) undelete.mutate(id);
      };
      toast(say.videos.deleted(videos.map(({ title }) => title)), kept.length > 0 ? { undo } : {});
    },
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.videos }),
  });
  return (videos) => {
    setHidden(
      videos.map(({ video_id }) => video_id),
      true,
    );
    removal.mutate(videos);
  };
}
