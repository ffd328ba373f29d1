import { type Dispatch, useLayoutEffect, useRef } from "react";
import type { JobView } from "../../api/schema";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { LazyPart } from "../../components/LazyPart";
import styles from "./JobPage.module.css";
import { ClipSelector } from "./lazyParts";
import type { Selection, SelectionAction } from "./selection";

interface RegeneratePanelProps {
  readonly job: JobView;
  readonly selection: Selection;
  readonly dispatch: Dispatch<SelectionAction>;
}

/** The way into selecting several clips, and the selector itself while that is under way. */
export function RegeneratePanel({ job, selection, dispatch }: RegeneratePanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  const settled = useRef(selection.open);
  // What was pressed is gone: the focus goes to what took its place, once that is there.
  const isLost = useRef(false);
  const moveFocus = () => {
    if (settled.current === selection.open) return;
    isLost.current ||= document.activeElement === document.body;
    const target = panel.current?.querySelector<HTMLElement>("h2, button");
    if (!target) return;
    settled.current = selection.open;
    if (isLost.current) target.focus();
    isLost.current = false;
  };
  useLayoutEffect(moveFocus, [selection.open]);
  if (selection.open) {
    return (
      <div ref={panel} className={styles.panel}>
        <LazyPart lines={4}>
          <ClipSelector job={job} selection={selection} dispatch={dispatch} onShown={moveFocus} />
        </LazyPart>
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
