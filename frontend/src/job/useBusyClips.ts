import { skipToken, useQuery } from "@tanstack/react-query";
import type { BatchView, JobView } from "../api/schema";
import { keys } from "../app/queries";
import { hasEnded } from "./progress";

/** The places of the clips that the running batch is at work on, as far as others have read it. */
export function useBusyClips(job: JobView): readonly number[] {
  const batch = useQuery<BatchView>({
    queryKey: keys.batch(job.job_id, job.active_batch_id ?? ""),
    queryFn: skipToken,
  });
  if (job.active_batch_id === null) return [];
  return (
    batch.data?.regenerations
      .filter(({ status }) => !hasEnded(status) && status !== "queued")
      .map(({ clip_index }) => clip_index) ?? []
  );
}
