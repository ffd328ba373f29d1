import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { BatchRequestModel, ClipView, JobView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";

// The price depends on the clips alone, and is to be seen before anything is written; the API prices
// whole requests only.
const ANY_INSTRUCTION = "price only";

/** What regenerating clips will cost, and how long it takes; nothing is started. */
export function useEstimate(
  job: JobView,
  clips: readonly ClipView[],
  choices: Pick<BatchRequestModel, "takes" | "model">,
) {
  const api = useApi();
  const batch: BatchRequestModel = {
    instruction: ANY_INSTRUCTION,
    clips: clips.map(({ clip_index }) => ({ clip_index })),
    ...choices,
  };
  return useQuery({
    queryKey: keys.estimate(job.job_id, job.timeline_revision, batch),
    queryFn: ({ signal }) => api.estimateBatch(job.job_id, batch, { signal }),
    placeholderData: keepPreviousData,
    enabled: clips.length > 0,
  });
}
