import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import type { BatchView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";

/** What can be done with a batch as a whole. */
export function useBatchActions({ job_id: jobId, batch_id: batchId, paused }: BatchView) {
  const api = useApi();
  const queries = useQueryClient();
  // The same failed takes are tried again once, however often an answer is lost.
  const retryKey = useRef(crypto.randomUUID());
  const onSuccess = () => queries.invalidateQueries({ queryKey: keys.job(jobId) });
  return {
    pause: useMutation({
      mutationFn: () =>
        paused ? api.queue.resumeBatch(jobId, batchId) : api.queue.pauseBatch(jobId, batchId),
      onSuccess,
    }),
    cancel: useMutation({ mutationFn: () => api.cancelBatch(jobId, batchId), onSuccess }),
    retry: useMutation({
      mutationFn: () => api.retryBatch(jobId, batchId, retryKey.current),
      onSuccess,
    }),
    recompose: useMutation({ mutationFn: () => api.recomposeVideo(jobId), onSuccess }),
  };
}
