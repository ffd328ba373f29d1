import type { CommentView } from "../../api/schema";
import { CommentEntry } from "../../components/CommentEntry";
import { say } from "../../strings";
import styles from "./SharedPage.module.css";

interface CommentListProps {
  readonly comments: readonly CommentView[];
  readonly fps: number;
  readonly onSeek: (seconds: number) => void;
}

/** What viewers of a link said, by the time in what it shows. */
export function CommentList({ comments, fps, onSeek }: CommentListProps) {
  const ordered = comments.toSorted((one, other) => placeOf(one) - placeOf(other));
  return (
    <section className={styles.comments} aria-label={say.shared.comments}>
      <h2>{say.shared.comments}</h2>
      {ordered.length === 0 && <p className={styles.soft}>{say.shared.noComments}</p>}
      <ul className={styles.list}>
        {ordered.map((comment) => (
          <CommentEntry key={comment.comment_id} comment={comment} fps={fps} onSeek={onSeek} />
        ))}
      </ul>
    </section>
  );
}

function placeOf({ time_s }: CommentView): number {
  return time_s ?? Number.MAX_VALUE;
}
