import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BatchView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";

/** What can be done with a batch as a whole. */
export function useBatchActions({ job_id: jobId, batch_id: batchId, paused }: BatchView) {
  const api = useApi();
  const queries = useQueryClient();
  // The same failed takes are tried again once with a model, however often an answer is lost.
  const [retryKeys] = useState(() => new Map<string, string>());
  const onSuccess = () => queries.invalidateQueries({ queryKey: keys.job(jobId) });
  return {
    pause: useMutation({
      mutationFn: () =>
        paused ? api.queue.resumeBatch(jobId, batchId) : api.queue.pauseBatch(jobId, batchId),
      onSuccess,
    }),
    resume: useMutation({ mutationFn: () => api.queue.resumeBatch(jobId, batchId), onSuccess }),
    changeModel: useMutation({
      mutationFn: (model: string) => api.queue.changeModel(jobId, batchId, model),
      onSuccess,
    }),
    cancel: useMutation({ mutationFn: () => api.cancelBatch(jobId, batchId), onSuccess }),
    retry: useMutation({
      mutationFn: (model: string) => {
        const key = retryKeys.get(model) ?? crypto.randomUUID();
        retryKeys.set(model, key);
        return api.retryBatch(jobId, batchId, key, model);
      },
      onSuccess,
    }),
    recompose: useMutation({ mutationFn: () => api.recomposeVideo(jobId), onSuccess }),
  };
}
