import { useEffect, useEffectEvent } from "react";
import type { JobView } from "../../api/schema";
import { isTyping } from "../../components/keyboard";
import type { useTimelineChange } from "./useTimelineChange";

/** Ctrl+Z takes back the last change of the timeline, where no toast has something newer to undo. */
export function useUndoKey(job: JobView, change: ReturnType<typeof useTimelineChange>): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (!isUndo || event.defaultPrevented || isTyping(event.target)) return;
    if (job.undo === null || change.isPending) return;
    event.preventDefault();
    change.mutate({ undo: job });
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      press(event);
    };
    // On the window: the toasts' listener on the document comes first.
    addEventListener("keydown", listener);
    return () => {
      removeEventListener("keydown", listener);
    };
  }, []);
}
