import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { BatchRequestModel, JobView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";

// The price depends on the clips alone, and is to be seen before anything is written; the API prices
// whole requests only.
const ANY_INSTRUCTION = "price only";

/** What regenerating clips will cost, and how long it takes; nothing is started. */
export function useEstimate(job: JobView, choices: BatchRequestModel) {
  const api = useApi();
  const batch: BatchRequestModel = { instruction: ANY_INSTRUCTION, ...choices };
  return useQuery({
    queryKey: keys.estimate(job.job_id, job.timeline_revision, batch),
    queryFn: ({ signal }) => api.estimateBatch(job.job_id, batch, { signal }),
    placeholderData: keepPreviousData,
    enabled: batch.clips.length > 0,
  });
}
