import { type Dispatch, useLayoutEffect, useRef } from "react";
import type { JobView } from "../../api/schema";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { ClipSelector } from "./ClipSelector";
import styles from "./JobPage.module.css";
import type { Selection, SelectionAction } from "./selection";
import { useRegenerate } from "./useRegenerate";

interface RegeneratePanelProps {
  readonly job: JobView;
  readonly selection: Selection;
  readonly dispatch: Dispatch<SelectionAction>;
}

/** The way into selecting several clips, and the selector itself while that is under way. */
export function RegeneratePanel({ job, selection, dispatch }: RegeneratePanelProps) {
  const regeneration = useRegenerate(job, selection, dispatch);
  const panel = useRef<HTMLDivElement>(null);
  const wasOpen = useRef(selection.open);
  // What was pressed is gone: the focus goes to what took its place.
  useLayoutEffect(() => {
    if (wasOpen.current === selection.open) return;
    wasOpen.current = selection.open;
    if (document.activeElement === document.body)
      panel.current?.querySelector<HTMLElement>("h2, button")?.focus();
  }, [selection.open]);
  if (selection.open) {
    return (
      <div ref={panel} className={styles.panel}>
        <ClipSelector job={job} selection={selection} dispatch={dispatch} {...regeneration} />
      </div>
    );
  }
  return (
    <div ref={panel} className={styles.invitation}>
      <p>{say.job.regenerateWhy}</p>
      <Button
        look="primary"
        disabled={job.status !== "ready"}
        onClick={() => {
          dispatch({ type: "opened" });
        }}
      >
        {say.job.regenerate}
      </Button>
    </div>
  );
}
