import type { CommentView } from "../../api/schema";
import { Button } from "../../components/Button";
import { formatAgo, formatTimecode } from "../../format";
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
        {ordered.map(({ comment_id, author, text, time_s, created_at }) => (
          <li key={comment_id} className={styles.comment}>
            <p className={styles.head}>
              {time_s === null ? (
                <span className={styles.soft}>{say.comments.removed}</span>
              ) : (
                <Button
                  size="small"
                  aria-label={say.comments.goTo(formatTimecode(time_s, fps))}
                  onClick={() => {
                    onSeek(time_s);
                  }}
                >
                  {formatTimecode(time_s, fps)}
                </Button>
              )}
              <strong dir="auto">{author}</strong>
              <span className={styles.soft}>{formatAgo(created_at)}</span>
            </p>
            <p className={styles.text} dir="auto">
              {text}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function placeOf({ time_s }: CommentView): number {
  return time_s ?? Number.MAX_VALUE;
}
