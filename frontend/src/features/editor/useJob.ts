import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { POLLING_MS, type Connection } from "../../api/events";
import type { BatchList, BatchView, JobView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { isOver, paceOf } from "./progress";

const SHOWN_BATCHES = 6;

/** Whether a batch runs on a job, or its clips are being prepared: what events report. */
export function isBusy(job: JobView | undefined): boolean {
  return job !== undefined && (job.active_batch_id !== null || job.status === "preparing");
}

/** Whether a video is on its way that no running batch will announce soon, as after a restore. */
function isComposing(job: JobView): boolean {
  return job.status === "ready" && job.active_batch_id === null && !(job.video?.up_to_date ?? false);
}

/** Whether takes of clips that were added are being made: the stream of a job that is ready is read seldom. */
function isGrowing(job: JobView): boolean {
  return (
    job.status === "ready" && job.clips.some(({ status, file_name }) => status === "preparing" && file_name)
  );
}

/**
 * Read a job. Events say when to read it again; it is asked for every three seconds only while they
 * fail, or while no event reports the video, and no longer than until it settles.
 */
export function useJob(jobId: string, connection: Connection): UseQueryResult<JobView> {
  const api = useApi();
  return useQuery({
    queryKey: keys.job(jobId),
    queryFn: ({ signal }) => api.getJob(jobId, { signal }),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined &&
      (isComposing(data) || isGrowing(data) || (isBusy(data) && connection === "polling")) &&
      POLLING_MS,
  });
}

/**
 * Read a batch: often while it runs, as percentages are in no event, and never again once it is over.
 * Whatever shows a part of it uses this one query; a batch id of null is no batch.
 */
export function useBatch(
  jobId: string,
  batchId: string | null,
  connection: Connection,
): UseQueryResult<BatchView> {
  const api = useApi();
  return useQuery({
    queryKey: keys.batch(jobId, batchId ?? ""),
    queryFn: ({ signal }) => api.getBatch(jobId, batchId ?? "", { signal }),
    enabled: batchId !== null,
    refetchInterval: ({ state }) => {
      if (state.data && isOver(state.data.status)) return false;
      return Math.max(paceOf(state.data), connection === "polling" ? POLLING_MS : 0);
    },
  });
}

/** Read a job's last batches, newest first. */
export function useBatches(jobId: string): UseQueryResult<BatchList> {
  const api = useApi();
  return useQuery({
    queryKey: keys.batches(jobId),
    queryFn: ({ signal }) => api.listBatches(jobId, { limit: SHOWN_BATCHES, signal }),
  });
}
