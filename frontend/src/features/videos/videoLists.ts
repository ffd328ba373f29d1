import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { TrackedVideoView, VideoList } from "../../api/schema";
import { keys } from "../../api/queries";

/** Show videos as they are now, in every list that has them. */
export function showVideos(queries: QueryClient, found: readonly TrackedVideoView[]): void {
  const now = new Map(found.map((video) => [video.video_id, video]));
  queries.setQueriesData<InfiniteData<VideoList>>(
    { queryKey: keys.videoLists },
    (old) =>
      old && {
        ...old,
        pages: old.pages.map((page) => ({
          ...page,
          videos: page.videos.map((video) => now.get(video.video_id) ?? video),
        })),
      },
  );
}

export function videosOf(data: InfiniteData<VideoList> | undefined): readonly TrackedVideoView[] {
  return data?.pages.flatMap((page) => page.videos) ?? [];
}
