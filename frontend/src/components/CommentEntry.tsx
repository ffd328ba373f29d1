import type { ReactNode } from "react";
import type { CommentView } from "../api/schema";
import { formatAgo, formatTimecode } from "../format";
import { say } from "../strings";
import { Button } from "./Button";
import styles from "./CommentEntry.module.css";

interface CommentEntryProps {
  readonly comment: Pick<CommentView, "author" | "text" | "time_s" | "created_at">;
  readonly fps: number;
  readonly onSeek: (seconds: number) => void;
  /** What can be done with it. */
  readonly children?: ReactNode;
}

/** What a viewer said, with the time that it is about, as an entry of a list. */
export function CommentEntry({ comment, fps, onSeek, children }: CommentEntryProps) {
  const { author, text, time_s, created_at } = comment;
  return (
    <li className={styles.comment}>
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
      {children && <p className={styles.actions}>{children}</p>}
    </li>
  );
}
