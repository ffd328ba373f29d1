import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Connection, followEvents, type JobEvent, sleep } from "../../api/events";
import type { BatchView, JobView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { usePageIsSeen } from "../../components/usePageIsSeen";
import { applyEvent, isOver, paceOf } from "./progress";
import { Throttle } from "./throttle";

/** Events that say all there is to know: nothing has to be read for them. */
const SHOWN_AT_ONCE = new Set([
  "batch_started",
  "clip_regenerating",
  "clip_retrying",
  "clip_failed",
  "share_created",
  "share_revoked",
  "comment_added",
  "comment_deleted",
]);

/** Events after which clips show something else, while all other lists of the job stay as they are. */
const OF_CLIPS = new Set([
  "batch_complete",
  "clip_complete",
  "clip_in_doubt",
  "clip_stale",
  "clip_up_to_date",
  "version_archived",
  "video_recomposed",
]);

/** Events after which the comments, or their places in the video, are other ones. */
const MOVES_COMMENTS = new Set(["comment_added", "comment_deleted", "timeline_changed"]);

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
    const paceNow = () => paceOf(runningBatch(queries, jobId));
    const refresh = new Throttle(
      () => void queries.invalidateQueries({ queryKey: keys.job(jobId) }),
      paceNow,
    );
    // Few reads while a long batch runs: each finished clip alone would have all of the job read again.
    const refreshClips = new Throttle(
      () => {
        void queries.invalidateQueries({ queryKey: keys.job(jobId), exact: true });
        void queries.invalidateQueries({ queryKey: keys.allVersions(jobId) });
      },
      () => 2 * paceNow(),
    );
    void followEvents({
      after: queries.getQueryData<JobView>(keys.job(jobId))?.last_event_id ?? 0,
      read: (last, signal) => api.readEvents(jobId, last, { signal }),
      onConnection,
      onEvents: ({ events }) => {
        if (events.length === 0) return;
        showAtOnce(events, (id, change) => {
          queries.setQueryData<BatchView>(keys.batch(jobId, id), (old) => old && change(old));
        });
        if (events.some(({ name }) => MOVES_COMMENTS.has(name)))
          void queries.invalidateQueries({ queryKey: keys.comments(jobId) });
        const unshown = events.filter(({ name }) => !SHOWN_AT_ONCE.has(name));
        if (unshown.some(({ name }) => !OF_CLIPS.has(name))) refresh.ask();
        else if (unshown.length > 0) refreshClips.ask();
      },
      pause: (ms, signal) => sleep(Math.max(ms, paceNow()), signal),
      signal: control.signal,
    });
    return () => {
      control.abort();
      refresh.stop();
      refreshClips.stop();
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

/** The batch that runs, as far as it was read; undefined when nothing does. */
function runningBatch(queries: QueryClient, jobId: string): BatchView | undefined {
  const active = queries.getQueryData<JobView>(keys.job(jobId))?.active_batch_id;
  const batch = active == null ? undefined : queries.getQueryData<BatchView>(keys.batch(jobId, active));
  return batch && !isOver(batch.status) ? batch : undefined;
}
