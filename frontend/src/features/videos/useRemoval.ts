import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { TrackedVideoView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { setHidden } from "./removals";

/** Deletes videos when the offer to undo it is gone: a deleted video does not come back. */
export function useRemoval(): (videos: readonly TrackedVideoView[]) => void {
  const api = useApi();
  const queries = useQueryClient();
  const removal = useMutation({
    mutationFn: async (ids: readonly string[]) => {
      const remove = async (id: string) => {
        try {
          await api.deleteVideo(id);
        } catch (error) {
          setHidden([id], false);
          throw error;
        }
      };
      const failed = (await Promise.allSettled(ids.map(remove))).find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
    },
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.videos }),
  });
  return (videos) => {
    const ids = videos.map(({ video_id }) => video_id);
    setHidden(ids, true);
    toast(say.videos.deleted(videos.map(({ title }) => title)), {
      undo: () => {
        setHidden(ids, false);
      },
      onGone: () => {
        removal.mutate(ids);
      },
    });
  };
}
