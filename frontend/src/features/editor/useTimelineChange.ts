import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../api/problem";
import type { JobView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { orderWithMoved } from "./timeline";

const PRECONDITION_FAILED = 412;

type TimelineChange = ({ readonly move: number; readonly by: -1 | 1 } | { readonly remove: number }) & {
  /** Called once it is done, before it is shown: what asked for it may be gone then. */
  readonly onDone: () => void;
};

/** Reorders and removes clips, on the timeline that is seen: one that has moved on is shown first. */
export function useTimelineChange(job: JobView) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: TimelineChange) => {
      if ("remove" in change) return api.removeClip(job, change.remove);
      const order = orderWithMoved(job.clips.length, change.move, change.by);
      return order ? api.reorderClips(job, order) : Promise.resolve(job);
    },
    onSuccess: (changed, { onDone }) => {
      onDone();
      queries.setQueryData(keys.job(job.job_id), changed);
    },
    onSettled: async (_changed, error) => {
      await queries.invalidateQueries({ queryKey: keys.job(job.job_id) });
      if (error === null) return;
      // Said once the timeline is shown as it is now.
      const meanwhile = error instanceof ApiProblem && error.status === PRECONDITION_FAILED;
      toast(meanwhile ? say.job.changedMeanwhile : sentenceOf(error), { tone: "bad" });
    },
  });
}
