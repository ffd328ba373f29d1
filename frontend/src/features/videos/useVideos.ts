import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { POLLING_MS } from "../../api/events";
import type { VideoFilter } from "../../api/requests";
import type { TrackedVideoView } from "../../api/schema";
import type { VideoApiClient } from "../../api/VideoApiClient";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { useUserEvents } from "./useUserEvents";
import { showVideos, videosOf } from "./videoLists";

/**
 * The person's videos, newest first. Events say at once that one has begun or ended; how far those are
 * that are being made is asked for every three seconds, of these alone, until each has ended.
 */
export function useVideos(filter: VideoFilter) {
  const api = useApi();
  const queries = useQueryClient();
  const videos = useInfiniteQuery({
    queryKey: keys.videosBy(filter.status ?? "", filter.projectId ?? "", filter.words ?? ""),
    queryFn: ({ pageParam, signal }) => api.listVideos(filter, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.cursor ?? undefined,
  });
  const moving = videosOf(videos.data).filter(isBeingMade);
  useQuery({
    queryKey: keys.movingVideos,
    queryFn: async ({ signal }) => {
      const found = await readMoving(api, moving, signal);
      showVideos(queries, found);
      return found.length;
    },
    enabled: moving.length > 0,
    refetchInterval: POLLING_MS,
    staleTime: POLLING_MS,
  });
  useUserEvents(moving.length > 0);
  return videos;
}

/** Whether a video moves; one that is paused stands until it is resumed, which an event says. */
function isBeingMade({ status, paused }: TrackedVideoView): boolean {
  return (status === "processing" || status === "in_doubt") && !paused;
}

/** Read the videos that were being made: those that still are in one request, those that have ended singly. */
async function readMoving(
  api: VideoApiClient,
  moving: readonly TrackedVideoView[],
  signal: AbortSignal,
): Promise<readonly TrackedVideoView[]> {
  const { videos } = await api.listVideos({ status: "processing" }, { signal });
  const listed = new Set(videos.map(({ video_id }) => video_id));
  const others = moving.filter(({ video_id }) => !listed.has(video_id));
  return [
    ...videos,
    ...(await Promise.all(others.map(({ video_id }) => api.getVideo(video_id, { signal })))),
  ];
}
