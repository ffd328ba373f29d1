import { say } from "../../strings";
import { Button } from "../../components/Button";
import { useBulkDownload } from "./useBulkDownload";
import type { Choice } from "./choice";
import styles from "./SelectionBar.module.css";
import { useJobOfVideos } from "./useJobOfVideos";

interface SelectionBarProps {
  readonly choice: Choice;
  /** How many of the chosen videos the filters hide. */
  readonly unseen: number;
  readonly canChooseMore: boolean;
  readonly onChooseAll: () => void;
  readonly onChooseNone: () => void;
  readonly onDelete: () => void;
}

/** What can be done with several videos at once; what is not completed can only be deleted. */
export function SelectionBar(props: SelectionBarProps) {
  const { choice, unseen, canChooseMore, onChooseAll, onChooseNone, onDelete } = props;
  const job = useJobOfVideos();
  const archive = useBulkDownload();
  const completed = choice.filter(({ status }) => status === "completed");
  return (
    <div className={styles.bar} role="group" aria-label={say.videos.selection} data-open={choice.length > 0}>
      <div className={styles.choose}>
        <Button size="small" disabled={!canChooseMore} onClick={onChooseAll}>
          {say.selector.all}
        </Button>
        <Button size="small" disabled={choice.length === 0} onClick={onChooseNone}>
          {say.selector.none}
        </Button>
        <span className={styles.count} aria-live="polite">
          {say.selector.selected(choice.length)} {unseen > 0 && say.videos.unseen(unseen)}
        </span>
      </div>
      {choice.length > 0 && (
        <div className={styles.actions}>
          <Button
            size="small"
            look="primary"
            disabled={completed.length === 0}
            busy={job.isPending}
            onClick={() => {
              job.mutate(completed);
            }}
          >
            {say.videos.makeJob(completed.length)}
          </Button>
          <Button
            size="small"
            disabled={completed.length === 0}
            busy={archive.busy}
            onClick={() => {
              archive.start({ video_ids: completed.map(({ video_id }) => video_id) });
            }}
          >
            {archive.busy ? say.job.packing(archive.progress) : say.videos.downloadAll(completed.length)}
          </Button>
          <Button size="small" look="danger" onClick={onDelete}>
            {say.videos.deleteAll(choice.length)}
          </Button>
        </div>
      )}
    </div>
  );
}
