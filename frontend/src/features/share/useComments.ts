import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/queries";
import type { JobView, OwnedCommentView } from "../../api/schema";
import { useApi } from "../../auth/context";
import type { Pin } from "../../components/player/Controls";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { formatTimecode } from "../../format";
import { say } from "../../strings";

/** What viewers of a job's links said, by its time in the video; read again when an event says so. */
export function useComments(job: JobView) {
  const api = useApi();
  const comments = useQuery({
    queryKey: keys.comments(job.job_id),
    queryFn: ({ signal }) => api.shares.comments(job.job_id, { signal }),
  });
  return (comments.data ?? []).toSorted((one, other) => placeOf(one) - placeOf(other));
}

function placeOf({ time_s }: OwnedCommentView): number {
  return time_s ?? Number.MAX_VALUE;
}

/** The comments that the player's bar shows: those whose moment is in the video. */
export function pinsOf(comments: readonly OwnedCommentView[], fps: number): readonly Pin[] {
  return comments.flatMap(({ comment_id, time_s, author }) =>
    time_s === null
      ? []
      : [{ id: comment_id, time: time_s, label: say.comments.pin(author, formatTimecode(time_s, fps)) }],
  );
}

export function useDeleteComment(jobId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ share_id, comment_id }: OwnedCommentView) =>
      api.shares.deleteComment(jobId, share_id, comment_id),
    onSuccess: () => {
      toast(say.comments.deleted);
      void queries.invalidateQueries({ queryKey: keys.comments(jobId) });
    },
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
  });
}
