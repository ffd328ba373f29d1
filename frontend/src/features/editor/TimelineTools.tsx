import type { JobView } from "../../api/schema";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { CLOSEST, closer, farther, type Scale, shownSeconds, type ShownScale } from "./timeline";
import { TIMELINE_ID } from "./Timeline";
import styles from "./TimelineTools.module.css";
import type { useTimelineChange } from "./useTimelineChange";

interface TimelineToolsProps {
  readonly job: JobView;
  readonly change: ReturnType<typeof useTimelineChange>;
  readonly scale: Scale;
  readonly onScale: (scale: Scale) => void;
  readonly onAdd: () => void;
}

/** What is done with the timeline as a whole: add to it, undo the last change, look closer. */
export function TimelineTools({ job, change, scale, onScale, onAdd }: TimelineToolsProps) {
  return (
    <div className={styles.tools} role="group" aria-label={say.timeline.tools}>
      {job.kind === "job" && (
        <Button size="small" disabled={job.status !== "ready"} onClick={onAdd}>
          {say.timeline.add}
        </Button>
      )}
      {job.undo && (
        <Button
          size="small"
          look="quiet"
          className={styles.undo}
          title={say.app.undoKeys}
          aria-keyshortcuts="Control+Z"
          busy={change.isPending}
          onClick={() => {
            change.mutate({ undo: job });
          }}
        >
          {say.timeline.undo[job.undo.kind](job.undo.clip_title ?? "")}
        </Button>
      )}
      <div className={styles.zoom} role="group" aria-label={say.timeline.zoom}>
        <Button
          size="small"
          look="quiet"
          disabled={scale === "fit"}
          aria-label={say.timeline.out}
          title={say.timeline.out}
          onClick={() => {
            onScale(farther(shownScale(job)));
          }}
        >
          −
        </Button>
        <Button
          size="small"
          look="quiet"
          disabled={scale === "fit"}
          title={say.timeline.fitWhy}
          onClick={() => {
            onScale("fit");
          }}
        >
          {say.timeline.fit}
        </Button>
        <Button
          size="small"
          look="quiet"
          disabled={scale === CLOSEST}
          aria-label={say.timeline.in}
          title={say.timeline.in}
          onClick={() => {
            onScale(closer(shownScale(job)) ?? scale);
          }}
        >
          +
        </Button>
      </div>
    </div>
  );
}

/** Measure it: how wide clips are follows from the window as long as no scale is chosen. */
function shownScale({ clips }: JobView): ShownScale {
  const list = document.getElementById(TIMELINE_ID);
  const seconds = clips.reduce((sum, clip) => sum + shownSeconds(clip), 0);
  const last = list?.lastElementChild?.getBoundingClientRect();
  const first = list?.firstElementChild?.getBoundingClientRect();
  const wide = last && first ? last.right - first.left : 0;
  return { now: wide / seconds, fitting: (list?.clientWidth ?? 0) / seconds };
}
