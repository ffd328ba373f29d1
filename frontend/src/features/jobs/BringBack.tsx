import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/queries";
import { useApi } from "../../auth/context";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";

/** Brings a job back that was deleted a few minutes ago. */
export function BringBack({ jobId }: { readonly jobId: string }) {
  const undelete = useUndelete();
  return (
    <Button
      size="small"
      busy={undelete.isPending}
      onClick={() => {
        undelete.mutate(jobId);
      }}
    >
      {say.jobs.bringBack}
    </Button>
  );
}

/** Brings a deleted job, or a deleted video, back. */
export function useUndelete() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (jobId: string) => api.timeline.undelete(jobId),
    onSuccess: (job) => {
      queries.setQueryData(keys.job(job.job_id), job);
      toast(say.jobs.isBack(job.title));
    },
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.jobs }),
        queries.invalidateQueries({ queryKey: keys.videos }),
      ]),
  });
}
