import { type Dispatch, useState } from "react";
import { useLocation } from "wouter";
import type { JobView } from "../../api/schema";
import { formatClip } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Confirm";
import { toast } from "../../components/toasts";
import styles from "./ClipActions.module.css";
import type { SelectionAction } from "./selection";
import { useTimelineChange } from "./useTimelineChange";

interface ClipActionsProps {
  readonly job: JobView;
  readonly index: number;
  readonly dispatch: Dispatch<SelectionAction>;
}

/** What can be done with the clip that is open in the timeline. */
export function ClipActions({ job, index, dispatch }: ClipActionsProps) {
  const [, go] = useLocation();
  const [asking, setAsking] = useState(false);
  const change = useTimelineChange(job);
  const quiet = job.status === "ready" && job.active_batch_id === null;
  const clip = job.clips[index];
  if (!clip) return null;
  const name = formatClip(index, clip.title);
  const move = (by: -1 | 1) => {
    const onDone = () => {
      go(`/jobs/${job.job_id}/clips/${index + by}`, { replace: true });
    };
    change.mutate({ move: index, by, onDone });
  };
  const remove = () => {
    const onDone = () => {
      go(`/jobs/${job.job_id}`, { replace: true });
      toast(say.job.removed(name));
    };
    change.mutate({ remove: index, onDone });
  };
  return (
    <div className={styles.actions} role="group" aria-label={name}>
      <strong className={styles.title} dir="auto">
        {name}
      </strong>
      <Button
        size="small"
        onClick={() => {
          dispatch({ type: "opened", clipId: clip.clip_id });
          go(`/jobs/${job.job_id}`);
        }}
      >
        {say.job.regenerateOne}
      </Button>
      <Button
        size="small"
        disabled={!quiet || index === 0}
        busy={change.isPending}
        onClick={() => {
          move(-1);
        }}
      >
        {say.job.earlier}
      </Button>
      <Button
        size="small"
        disabled={!quiet || index === job.clips.length - 1}
        busy={change.isPending}
        onClick={() => {
          move(1);
        }}
      >
        {say.job.later}
      </Button>
      <Button
        size="small"
        look="danger"
        disabled={!quiet || job.clips.length === 1}
        onClick={() => {
          setAsking(true);
        }}
      >
        {say.job.remove}
      </Button>
      {asking && (
        <Confirm
          question={say.job.removeQuestion(name)}
          yes={say.job.remove}
          onYes={remove}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </div>
  );
}
