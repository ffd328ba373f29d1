import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Connection, followEvents, type JobEvent } from "../api/events";
import type { BatchView, JobView } from "../api/schema";
import { useApi } from "../app/context";
import { keys } from "../app/queries";
import { usePageIsSeen } from "../app/usePageIsSeen";
import { applyEvent } from "./progress";

interface Following {
  /** Whether something runs: a start of it ends the long pause of an idle stream. */
  readonly busy: boolean;
  readonly onConnection: (connection: Connection) => void;
}

/**
 * Follow what happens to a job while its page is open and seen: events change what is shown at once,
 * and have it read again. While they fail, `onConnection` says so, for others to poll.
 */
export function useJobEvents(job: JobView | undefined, { busy, onConnection }: Following): void {
  const api = useApi();
  const queries = useQueryClient();
  const seen = usePageIsSeen();
  const jobId = job?.job_id;

  useEffect(() => {
    if (!seen || jobId === undefined) return undefined;
    const control = new AbortController();
    void followEvents({
      after: queries.getQueryData<JobView>(keys.job(jobId))?.last_event_id ?? 0,
      read: (last, signal) => api.readEvents(jobId, last, { signal }),
      onConnection,
      onEvents: ({ events }) => {
        if (events.length === 0) return;
        showAtOnce(events, (id, change) => {
          queries.setQueryData<BatchView>(keys.batch(jobId, id), (old) => old && change(old));
        });
        void queries.invalidateQueries({ queryKey: keys.job(jobId) });
      },
      signal: control.signal,
    });
    return () => {
      control.abort();
    };
  }, [api, queries, jobId, seen, busy, onConnection]);
}

function showAtOnce(
  events: readonly JobEvent[],
  change: (batchId: string, by: (old: BatchView) => BatchView) => void,
): void {
  for (const event of events) {
    const id = event.data.batch_id;
    if (typeof id === "string") change(id, (old) => applyEvent(old, event));
  }
}
