import type { TrackedVideoView } from "../../api/schema";

/** Videos in the order in which they were chosen, as they were then. */
export type Choice = readonly TrackedVideoView[];

/** Choose a video, after those that are chosen; or no longer. */
export function toggled(choice: Choice, video: TrackedVideoView): Choice {
  const others = choice.filter(({ video_id }) => video_id !== video.video_id);
  return others.length < choice.length ? others : [...choice, video];
}

/** Choose all of some videos; what was chosen keeps its place. */
export function withAll(choice: Choice, videos: readonly TrackedVideoView[]): Choice {
  const known = new Set(choice.map(({ video_id }) => video_id));
  return [...choice, ...videos.filter(({ video_id }) => !known.has(video_id))];
}

/** The choice as things are now: what was read again takes the place of what was chosen. */
export function asNow(
  choice: Choice,
  videos: readonly TrackedVideoView[],
  hidden: ReadonlySet<string>,
): Choice {
  const now = new Map(videos.map((video) => [video.video_id, video]));
  return choice
    .filter(({ video_id }) => !hidden.has(video_id))
    .map((video) => now.get(video.video_id) ?? video);
}

/** In which order videos are shown; the server lists the newest first. */
export const ORDERS = ["newest", "oldest", "title", "longest"] as const;
export type VideoOrder = (typeof ORDERS)[number];

/** Return videos, the newest first, in another order. */
export function sorted(videos: readonly TrackedVideoView[], order: VideoOrder): readonly TrackedVideoView[] {
  switch (order) {
    case "newest":
      return videos;
    case "oldest":
      return videos.toReversed();
    case "title":
      return videos.toSorted((one, other) =>
        one.title.localeCompare(other.title, undefined, { numeric: true }),
      );
    case "longest":
      return videos.toSorted((one, other) => other.seconds - one.seconds);
  }
}
