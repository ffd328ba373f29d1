import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/queries";
import type { JobView } from "../../api/schema";
import type { SoundtrackMix } from "../../api/TimelineApi";
import { useApi } from "../../auth/context";

/** Sets and removes a job's sound track, on the timeline that is seen. */
export function useSoundtrack(job: JobView, onDone: () => void) {
  const api = useApi().timeline;
  const queries = useQueryClient();
  const done = (changed: JobView) => {
    queries.setQueryData(keys.job(job.job_id), changed);
    onDone();
  };
  const set = useMutation({
    mutationFn: ({ file, mix }: { readonly file: File | null; readonly mix: SoundtrackMix }) =>
      api.setSoundtrack(job, file, mix),
    onSuccess: done,
  });
  const remove = useMutation({ mutationFn: () => api.removeSoundtrack(job), onSuccess: done });
  return { set, remove };
}
