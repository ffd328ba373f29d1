import { type Dispatch, useState } from "react";
import { useLocation } from "wouter";
import type { JobView } from "../../api/schema";
import { formatClip } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { TitleInPlace } from "../../components/TitleInPlace";
import { toast } from "../../components/toasts";
import styles from "./ClipActions.module.css";
import type { SelectionAction } from "./selection";
import { canReorder, orderWithMoved } from "./timeline";
import { TrimEditor } from "./TrimEditor";
import type { useTimelineChange } from "./useTimelineChange";

interface ClipActionsProps {
  readonly job: JobView;
  readonly index: number;
  readonly change: ReturnType<typeof useTimelineChange>;
  readonly dispatch: Dispatch<SelectionAction>;
}

const USUAL_RATIO = 16 / 9;
const USUAL_FPS = 30;

/** What can be done with the clip that is open in the timeline. */
export function ClipActions({ job, index, change, dispatch }: ClipActionsProps) {
  const [, go] = useLocation();
  const [trimming, setTrimming] = useState<string | null>(null);
  const quiet = canReorder(job);
  const clip = job.clips[index];
  if (!clip) return null;
  const name = formatClip(index, clip.title);
  const place = (at: number) => `/jobs/${job.job_id}/clips/${at}`;
  const move = (to: number) => {
    const order = orderWithMoved(job.clips.length, index, to);
    const onDone = () => {
      go(place(to), { replace: true });
    };
    if (order) change.mutate({ order, onDone });
  };
  const remove = () => {
    const onDone = (changed: JobView) => {
      go(`/jobs/${job.job_id}`, { replace: true });
      const undo = () => {
        change.mutate({ undo: changed });
      };
      toast(say.job.removed(name), { undo });
    };
    change.mutate({ remove: index, onDone });
  };
  return (
    <>
      <div className={styles.actions} role="group" aria-label={name}>
        <strong className={styles.title}>
          {index + 1}.{" "}
          <TitleInPlace
            key={clip.clip_id}
            title={clip.title}
            label={say.job.titleOf(name)}
            disabled={job.status !== "ready"}
            onChange={(title) => {
              change.mutate({ change: index, to: { title } });
            }}
          />
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
        {job.kind === "job" && (
          <>
            <Button
              size="small"
              disabled={job.status !== "ready" || clip.current_version === null}
              aria-expanded={trimming === clip.clip_id}
              onClick={() => {
                setTrimming(trimming === clip.clip_id ? null : clip.clip_id);
              }}
            >
              {say.trim.open}
            </Button>
            <Button
              size="small"
              disabled={!quiet || clip.current_version === null}
              busy={change.isPending}
              onClick={() => {
                const onDone = () => {
                  go(place(index + 1));
                  toast(say.job.duplicated(name));
                };
                change.mutate({ duplicate: index, onDone });
              }}
            >
              {say.job.duplicate}
            </Button>
            <Button
              size="small"
              disabled={!quiet || index === 0}
              busy={change.isPending}
              onClick={() => {
                move(index - 1);
              }}
            >
              {say.job.earlier}
            </Button>
            <Button
              size="small"
              disabled={!quiet || index === job.clips.length - 1}
              busy={change.isPending}
              onClick={() => {
                move(index + 1);
              }}
            >
              {say.job.later}
            </Button>
            <Button
              size="small"
              look="danger"
              disabled={!quiet || job.clips.length === 1}
              busy={change.isPending}
              onClick={remove}
            >
              {say.job.remove}
            </Button>
          </>
        )}
      </div>
      {trimming === clip.clip_id && (
        <TrimEditor
          key={clip.clip_id}
          clip={clip}
          fps={job.profile?.fps ?? USUAL_FPS}
          ratio={job.profile ? job.profile.width / job.profile.height : USUAL_RATIO}
          busy={change.isPending}
          onTrim={(trim) => {
            const onDone = () => {
              setTrimming(null);
            };
            change.mutate({ change: index, to: { trim }, onDone });
          }}
          onClose={() => {
            setTrimming(null);
          }}
        />
      )}
    </>
  );
}
