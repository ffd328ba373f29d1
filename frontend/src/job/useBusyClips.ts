import type { Connection } from "../api/events";
import type { JobView } from "../api/schema";
import { hasEnded } from "./progress";
import { useBatch } from "./useJob";

/** The places of the clips that the running batch is at work on. */
export function useBusyClips(job: JobView, connection: Connection): readonly number[] {
  const batch = useBatch(job.job_id, job.active_batch_id, connection);
  return (
    batch.data?.regenerations
      .filter(({ status }) => !hasEnded(status) && status !== "queued")
      .map(({ clip_index }) => clip_index) ?? []
  );
}
