import { useState } from "react";
import type { JobView, OwnedCommentView } from "../../api/schema";
import { Button } from "../../components/Button";
import { CommentEntry } from "../../components/CommentEntry";
import { Confirm } from "../../components/Confirm";
import { formatClip } from "../../format";
import { say } from "../../strings";
import styles from "./CommentsPanel.module.css";
import { useDeleteComment } from "./useComments";

interface CommentsPanelProps {
  readonly job: JobView;
  readonly comments: readonly OwnedCommentView[];
  readonly fps: number;
  /** Puts the video to a time, in seconds. */
  readonly onSeek: (seconds: number) => void;
  /** Makes a comment what is asked of its clip. */
  readonly onUse: (clipId: string, text: string) => void;
}

/** What viewers said, by its time; each comment becomes the instruction of its clip by one press. */
export function CommentsPanel({ job, comments, fps, onSeek, onUse }: CommentsPanelProps) {
  const [going, setGoing] = useState<OwnedCommentView | null>(null);
  const remove = useDeleteComment(job.job_id);
  if (comments.length === 0) return null;
  return (
    <section className={styles.comments} aria-label={say.comments.title}>
      <h2>
        {say.comments.title} <span className={styles.count}>{comments.length}</span>
      </h2>
      <ul className={styles.list}>
        {comments.map((comment) => (
          <Comment
            key={comment.comment_id}
            comment={comment}
            job={job}
            fps={fps}
            onSeek={onSeek}
            onUse={onUse}
            onDelete={() => {
              setGoing(comment);
            }}
          />
        ))}
      </ul>
      {going && (
        <Confirm
          question={say.comments.deleteQuestion}
          yes={say.comments.delete}
          onYes={() => {
            remove.mutate(going);
          }}
          onClose={() => {
            setGoing(null);
          }}
        />
      )}
    </section>
  );
}

interface CommentProps {
  readonly comment: OwnedCommentView;
  readonly job: JobView;
  readonly fps: number;
  readonly onSeek: (seconds: number) => void;
  readonly onUse: (clipId: string, text: string) => void;
  readonly onDelete: () => void;
}

function Comment({ comment, job, fps, onSeek, onUse, onDelete }: CommentProps) {
  const { author, text, clip_index } = comment;
  const clip = clip_index === null ? undefined : job.clips[clip_index];
  return (
    <CommentEntry comment={comment} fps={fps} onSeek={onSeek}>
      {clip && (
        <Button
          size="small"
          disabled={job.status !== "ready"}
          title={formatClip(clip.clip_index, clip.title)}
          onClick={() => {
            onUse(clip.clip_id, text);
          }}
        >
          {say.comments.use}
        </Button>
      )}
      <Button size="small" look="quiet" aria-label={say.comments.deleteFrom(author)} onClick={onDelete}>
        {say.comments.delete}
      </Button>
    </CommentEntry>
  );
}
