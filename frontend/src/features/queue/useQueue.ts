import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { POLLING_MS } from "../../api/events";
import { ApiProblem } from "../../api/problem";
import type { QueueAction, QueueEntryView, ScheduleView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";

const SCHEDULES_MS = 10_000;
const UNPROCESSABLE = 422;

/** Read what has not ended: every three seconds while there is something, percentages are in no event. */
export function useQueue(startsSoon: boolean) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: keys.queue,
    queryFn: ({ pageParam, signal }) => api.queue.read({ cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.cursor ?? undefined,
    refetchInterval: ({ state }) =>
      (startsSoon || state.data?.pages.some(({ entries }) => entries.length > 0)) && POLLING_MS,
  });
}

/** Whether a schedule has still to do something. */
export function isPending({ status }: ScheduleView): boolean {
  return status === "scheduled" || status === "starting";
}

/** Read the schedules; again and again only while one is still to start. */
export function useSchedules() {
  const api = useApi();
  return useQuery({
    queryKey: keys.schedules,
    queryFn: ({ signal }) => api.queue.listSchedules({ signal }),
    refetchInterval: ({ state }) => state.data?.schedules.some(isPending) && SCHEDULES_MS,
  });
}

type Simple = Exclude<QueueAction, "move" | "change_model">;

/** Pauses, resumes and cancels. */
export function useQueueAction() {
  const api = useApi();
  const settle = useSettle();
  return useMutation({
    mutationFn: ({ action, entry }: { readonly action: Simple; readonly entry: QueueEntryView }) => {
      const { job_id: job, batch_id: batch, kind } = entry;
      const isVideo = kind === "video";
      const ways: Record<Simple, () => Promise<unknown>> = {
        cancel: () => (isVideo ? api.cancelVideo(job) : api.cancelBatch(job, batch)),
        pause: () => (isVideo ? api.queue.pauseVideo(job) : api.queue.pauseBatch(job, batch)),
        resume: () => (isVideo ? api.queue.resumeVideo(job) : api.queue.resumeBatch(job, batch)),
      };
      return ways[action]();
    },
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
    onSettled: (_done, _error, { entry }) => settle(entry.job_id),
  });
}

/** Puts the batches that wait on a job in another order. */
export function useReorder(jobId: string) {
  const api = useApi();
  const settle = useSettle();
  return useMutation({
    scope: { id: `order of ${jobId}` }, // one after another, however fast they are asked for
    mutationFn: (order: readonly string[]) => api.queue.reorderBatches(jobId, order),
    onError: (error) => {
      const meanwhile = error instanceof ApiProblem && error.status === UNPROCESSABLE;
      toast(meanwhile ? say.queue.changedMeanwhile : sentenceOf(error), { tone: "bad" });
    },
    onSettled: () => settle(jobId),
  });
}

function useSettle(): (jobId: string) => Promise<unknown> {
  const queries = useQueryClient();
  return (jobId) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: keys.queue }),
      queries.invalidateQueries({ queryKey: keys.job(jobId) }),
      queries.invalidateQueries({ queryKey: keys.videos }),
    ]);
}
