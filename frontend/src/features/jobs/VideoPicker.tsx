import { useId, useRef, useState } from "react";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { EmptyNotice, ErrorNotice, Skeleton } from "../../components/Notice";
import { type Choice, toggled } from "../videos/choice";
import { useHiddenVideos } from "../videos/removals";
import { useVideos } from "../videos/useVideos";
import { videosOf } from "../videos/videoLists";
import styles from "./VideoPicker.module.css";

interface VideoPickerProps {
  /** Whether one video is chosen and no more. */
  readonly single?: boolean;
  readonly onChoose: (videos: Choice) => void;
  readonly onClose: () => void;
}

/** Choose completed videos, in the order in which they are ticked. */
export default function VideoPicker({ single = false, onChoose, onClose }: VideoPickerProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [choice, setChoice] = useState<Choice>([]);
  const videos = useVideos({ status: "completed" });
  const hidden = useHiddenVideos();
  const found = videosOf(videos.data).filter(({ video_id }) => !hidden.has(video_id));
  return (
    <Dialog ref={dialog} className={styles.dialog} labelledBy={id} onClose={onClose}>
      <h2 id={id}>{say.newJob.chooseVideos}</h2>
      {videos.isPending && <Skeleton lines={2} />}
      {videos.isLoadingError && <ErrorNotice error={videos.error} onRetry={() => void videos.refetch()} />}
      {videos.isSuccess && found.length === 0 && <EmptyNotice title={say.newJob.noVideos} />}
      <ul className={styles.grid}>
        {found.map((video) => {
          const place = choice.findIndex(({ video_id }) => video_id === video.video_id);
          return (
            <li key={video.video_id}>
              <label className={styles.video}>
                <span className={styles.picture}>
                  {video.thumbnail_url && <img src={video.thumbnail_url} alt="" loading="lazy" />}
                </span>
                <span className={styles.title}>
                  <input
                    type={single ? "radio" : "checkbox"}
                    name={id}
                    checked={place >= 0}
                    onChange={() => {
                      setChoice(single ? [video] : toggled(choice, video));
                    }}
                  />
                  <span>{video.title}</span>
                  {place >= 0 && !single && <span className={styles.place}>{place + 1}</span>}
                </span>
              </label>
            </li>
          );
        })}
      </ul>
      {videos.hasNextPage && (
        <Button
          size="small"
          busy={videos.isFetchingNextPage}
          onClick={() => {
            void videos.fetchNextPage();
          }}
        >
          {say.app.more}
        </Button>
      )}
      <div className={styles.actions}>
        <Button onClick={() => dialog.current?.close()}>{say.app.cancel}</Button>
        <Button
          look="primary"
          disabled={choice.length === 0}
          onClick={() => {
            onChoose(choice);
            dialog.current?.close();
          }}
        >
          {say.newJob.addChosen(choice.length)}
        </Button>
      </div>
    </Dialog>
  );
}
