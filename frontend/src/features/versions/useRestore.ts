import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { JobView, VersionView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { formatClip } from "../../format";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";

interface Restore {
  readonly restoringId: string | null;
  readonly restore: (version: VersionView, current: VersionView | undefined) => void;
}

/** Makes an earlier take current; for some seconds that can be undone by restoring the one before. */
export function useRestore(jobId: string, clipIndex: number): Restore {
  const api = useApi();
  const queries = useQueryClient();
  const restoring = useMutation({
    mutationFn: (version: VersionView) => api.restoreVersion(jobId, clipIndex, version.version_id),
    // The timeline is the restored one already, whatever is read next: a move may follow at once.
    onSuccess: ({ timeline_revision }) => {
      queries.setQueryData<JobView>(keys.job(jobId), (job) => job && { ...job, timeline_revision });
    },
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.job(jobId) }),
  });
  const restore = (version: VersionView, former: VersionView | undefined) => {
    restoring.mutate(version, {
      onSuccess: ({ state, video_ready, version_number, clip_index, clip_title }) => {
        const clip = formatClip(clip_index, clip_title);
        if (state === "restoring") {
          toast(say.versions.comingBack(version_number, clip));
          return;
        }
        const sentence = video_ready ? say.versions.restored : say.versions.restoredSoon;
        toast(
          sentence(version_number, clip),
          former
            ? {
                undo: () => {
                  restore(former, undefined);
                },
              }
            : {},
        );
      },
    });
  };
  return { restoringId: restoring.isPending ? restoring.variables.version_id : null, restore };
}
