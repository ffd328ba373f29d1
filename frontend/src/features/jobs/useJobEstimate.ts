import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { JobEstimateView, JobRequestModel, ModelView, ProfileRequest } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { type ClipDraft, clipsOf, isReady } from "./newClips";
import { useSettled } from "./useSettled";

/** What the server says of a job before it is made: price, size and frame rate; undefined until all files are there. */
export function useJobEstimate(
  clips: readonly ClipDraft[],
  models: readonly ModelView[],
  profile: ProfileRequest,
): JobEstimateView | undefined {
  const api = useApi();
  const asked = useSettled(JSON.stringify({ clips: clipsOf(clips, models), profile }));
  const settled = JSON.parse(asked) as JobRequestModel;
  const written = settled.clips.every(({ prompt }) => prompt !== "");
  const estimate = useQuery({
    queryKey: keys.jobPrice(asked),
    queryFn: ({ signal }) => api.estimateJob(settled, { signal }),
    enabled: settled.clips.length > 0 && settled.clips.length === clips.length && isReady(clips) && written,
    placeholderData: keepPreviousData, // nothing blinks while clips are put in order
    // What is wrong is said when the job is made.
    retry: false,
  });
  return clips.length > 0 ? estimate.data : undefined;
}
