import { groupBy } from "../../groups";
import { say } from "../../strings";
import { EmptyNotice, ErrorNotice, Skeleton } from "../../components/Notice";
import { TrackedVideo } from "../videos/TrackedVideo";
import { useHiddenVideos } from "../videos/removals";
import { useRemoval } from "../videos/useRemoval";
import { useVideos } from "../videos/useVideos";
import { videosOf } from "../videos/videoLists";
import styles from "./CreateVideoPage.module.css";
import { PROGRESS_ID } from "./useCreation";

const SHOWN = 6;

/** The videos that were asked for last, those of one request together, followed until each has ended. */
export function BatchVideoProgress() {
  const videos = useVideos({});
  const hidden = useHiddenVideos();
  const remove = useRemoval();
  const found = videosOf(videos.data)
    .filter(({ video_id }) => !hidden.has(video_id))
    .slice(0, SHOWN);
  const requests = [...groupBy(found, ({ batch_id }) => batch_id)];
  return (
    <section id={PROGRESS_ID} className={styles.progress} aria-label={say.create.progress} tabIndex={-1}>
      <h2>{say.create.progress}</h2>
      {videos.isPending && <Skeleton lines={2} />}
      {videos.isLoadingError && <ErrorNotice error={videos.error} onRetry={() => void videos.refetch()} />}
      {videos.isSuccess && found.length === 0 && (
        <EmptyNotice title={say.create.none}>{say.create.noneWhy}</EmptyNotice>
      )}
      <div className={styles.cards}>
        {requests.map(([id, made]) => (
          <div key={id} className={styles.group} data-many={made.length > 1 || undefined}>
            {made.length > 1 && (
              <p className={styles.together} role="status">
                {say.create.together(
                  made.filter(({ status }) => status !== "processing").length,
                  made.length,
                )}
              </p>
            )}
            <ul className={styles.cards}>
              {/* The list is newest first; those of one request are in the order in which they were written. */}
              {[...made].reverse().map((video) => (
                <TrackedVideo
                  key={video.video_id}
                  video={video}
                  onDelete={() => {
                    remove([video]);
                  }}
                />
              ))}
            </ul>
          </div>
        ))}
      </div>
    </section>
  );
}
