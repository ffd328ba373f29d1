import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { ApiProblem } from "../../api/problem";
import type { JobView } from "../../api/schema";
import type { ClipChange, SeenJob } from "../../api/TimelineApi";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";

const PRECONDITION_FAILED = 412;

export type TimelineChange = (
  | { readonly order: readonly number[] }
  | { readonly remove: number }
  | { readonly duplicate: number }
  | { readonly put: string }
  | { readonly change: number; readonly to: ClipChange }
  | { readonly rename: string }
  /** The timeline that the change to undo has made. */
  | { readonly undo: SeenJob }
) & {
  /** Called once it is done, before it is shown: what asked for it may be gone then. */
  readonly onDone?: (changed: JobView) => void;
};

/** Changes a timeline as it is seen: one that has moved on is shown first, and nothing is changed. */
export function useTimelineChange(job: JobView) {
  const api = useApi().timeline;
  const queries = useQueryClient();
  // A copy that was asked for twice because an answer was lost is made once.
  const copyKey = useRef(crypto.randomUUID());
  return useMutation({
    mutationFn: (change: TimelineChange) => {
      if ("order" in change) return api.reorderClips(job, [...change.order]);
      if ("remove" in change) return api.removeClip(job, change.remove);
      if ("duplicate" in change) return api.duplicateClip(job, change.duplicate, copyKey.current);
      if ("put" in change) return api.returnClip(job, change.put);
      if ("change" in change) return api.changeClip(job, change.change, change.to);
      if ("rename" in change) return api.changeTitle(job.job_id, change.rename);
      return api.undo(change.undo);
    },
    onSuccess: (changed, { onDone }) => {
      copyKey.current = crypto.randomUUID();
      onDone?.(changed);
      queries.setQueryData(keys.job(job.job_id), changed);
    },
    onSettled: async (_changed, error) => {
      const shown = queries.invalidateQueries({ queryKey: keys.job(job.job_id) });
      // The answer is shown already: the next change does not have to wait until it is read again.
      if (error === null) return;
      await shown; // an error is said beside the timeline as it is now
      const meanwhile = error instanceof ApiProblem && error.status === PRECONDITION_FAILED;
      toast(meanwhile ? say.job.changedMeanwhile : sentenceOf(error), { tone: "bad" });
    },
  });
}
