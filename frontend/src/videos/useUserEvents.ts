import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { followEvents } from "../api/events";
import { useApi } from "../app/context";
import { keys } from "../app/queries";
import { usePageIsSeen } from "../app/usePageIsSeen";

/**
 * Follow what happens to the person's videos while a page that shows them is open and seen, and have
 * them read again. Percentages are in no event: whoever shows them asks, as it does while events fail.
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
        void queries.invalidateQueries({ queryKey: keys.videos });
      },
      signal: control.signal,
    });
    return () => {
      control.abort();
    };
  }, [api, queries, seen, busy]);
}
