import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { followEvents, type JobEvent } from "../../api/events";
import type { VideoList } from "../../api/schema";
import type { VideoApiClient } from "../../api/VideoApiClient";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { toast } from "../../components/toasts";
import { usePageIsSeen } from "../../components/usePageIsSeen";
import { say } from "../../strings";
import { showVideos, videosOf } from "./videoLists";

/**
 * Follow what happens to the person's videos while a page that shows them is open and seen, and have
 * them read again. Percentages are in no event: what shows them asks, also while events fail.
 *
 * @param busy Whether something is being made: a start of it ends the long pause of an idle stream.
 */
export function useUserEvents(busy: boolean): void {
  const api = useApi();
  const queries = useQueryClient();
  const seen = usePageIsSeen();

  useEffect(() => {
    if (!seen) return undefined;
    const control = new AbortController();
    void followEvents({
      after: queries.getQueryData<number>(keys.lastUserEvent) ?? 0,
      read: (last, signal) => api.readUserEvents(last, { signal }),
      onConnection: () => undefined,
      onEvents: ({ events, lastId }) => {
        if (events.length === 0) return;
        queries.setQueryData(keys.lastUserEvent, lastId);
        reportSpending(events);
        void showEvents(api, queries, events);
      },
      signal: control.signal,
    });
    return () => {
      control.abort();
    };
  }, [api, queries, seen, busy]);
}

const NEWS_MS = 10 * 60_000;

/** Say that a share of the month's spend limit is reached; older events were said when they happened. */
function reportSpending(events: readonly JobEvent[]): void {
  for (const { name, data } of events) {
    const isNews = typeof data.at === "string" && Date.now() - Date.parse(data.at) < NEWS_MS;
    if (name !== "spend_limit_reached" || !isNews) continue;
    toast(say.spending.reached(Number(data.percent)), { tone: data.is_used_up === true ? "bad" : "neutral" });
  }
}

const MOST_SINGLE = 5;

/** Read again what events are about: few videos that are known one by one, else the lists. */
async function showEvents(
  api: VideoApiClient,
  queries: QueryClient,
  events: readonly JobEvent[],
): Promise<void> {
  const ids = new Set(events.map(({ data }) => data.video_id).filter((id) => typeof id === "string"));
  const lists = queries.getQueriesData<InfiniteData<VideoList>>({ queryKey: keys.videoLists });
  const known = new Set(lists.flatMap(([, data]) => videosOf(data).map(({ video_id }) => video_id)));
  if (ids.size > 0 && ids.size <= MOST_SINGLE && [...ids].every((id) => known.has(id))) {
    const read = await Promise.allSettled([...ids].map((id) => api.getVideo(id)));
    showVideos(
      queries,
      read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])),
    );
    if (read.every(({ status }) => status === "fulfilled")) return;
  }
  await queries.invalidateQueries({ queryKey: keys.videos });
}
