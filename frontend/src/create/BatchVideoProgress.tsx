import { say } from "../strings";
import { EmptyNotice, ErrorNotice, Skeleton } from "../ui/Notice";
import { TrackedVideo } from "../videos/TrackedVideo";
import { useHiddenVideos } from "../videos/removals";
import { useRemoval } from "../videos/useRemoval";
import { useVideos, videosOf } from "../videos/useVideos";
import styles from "./CreateVideoPage.module.css";

const SHOWN = 6;

/** The videos that were asked for last, followed until each has come to its end. */
export function BatchVideoProgress() {
  const videos = useVideos({});
  const hidden = useHiddenVideos();
  const remove = useRemoval();
  const found = videosOf(videos.data)
    .filter(({ video_id }) => !hidden.has(video_id))
    .slice(0, SHOWN);
  return (
    <section className={styles.progress} aria-label={say.create.progress}>
      <h2>{say.create.progress}</h2>
      {videos.isPending && <Skeleton lines={2} />}
      {videos.isLoadingError && <ErrorNotice error={videos.error} onRetry={() => void videos.refetch()} />}
      {videos.isSuccess && found.length === 0 && (
        <EmptyNotice title={say.create.none}>{say.create.noneWhy}</EmptyNotice>
      )}
      <ul className={styles.cards}>
        {found.map((video) => (
          <TrackedVideo
            key={video.video_id}
            video={video}
            onDelete={() => {
              remove([video]);
            }}
          />
        ))}
      </ul>
    </section>
  );
}
