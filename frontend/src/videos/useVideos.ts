import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { POLLING_MS } from "../api/events";
import type { VideoFilter } from "../api/requests";
import type { TrackedVideoView, VideoList } from "../api/schema";
import { useApi } from "../app/context";
import { keys } from "../app/queries";
import { useUserEvents } from "./useUserEvents";

/**
 * The person's videos, newest first. Events say at once that one has begun or ended; how far it is, is
 * asked for every three seconds, until each has come to its end.
 */
export function useVideos(filter: VideoFilter) {
  const api = useApi();
  const videos = useInfiniteQuery({
    queryKey: keys.videosBy(filter.status ?? "", filter.projectId ?? ""),
    queryFn: ({ pageParam, signal }) => api.listVideos(filter, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.cursor ?? undefined,
    refetchInterval: ({ state }) => videosOf(state.data).some(isBeingMade) && POLLING_MS,
  });
  useUserEvents(videosOf(videos.data).some(isBeingMade));
  return videos;
}

export function videosOf(data: InfiniteData<VideoList> | undefined): readonly TrackedVideoView[] {
  return data?.pages.flatMap((page) => page.videos) ?? [];
}

/** Whether a video moves; one that is paused stands until somebody resumes it, which an event tells. */
function isBeingMade({ status, paused }: TrackedVideoView): boolean {
  return (status === "processing" || status === "in_doubt") && !paused;
}
