import { useSyncExternalStore } from "react";

// Kept beside the pages: what was deleted does not come back while another page is open.
let hidden: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

/** Take videos out of sight, or show them again. */
export function setHidden(videoIds: readonly string[], isHidden: boolean): void {
  const next = new Set(hidden);
  for (const id of videoIds) {
    if (isHidden) next.add(id);
    else next.delete(id);
  }
  hidden = next;
  for (const listener of listeners) listener();
}

/** The videos that were deleted, or will be when the offer to undo it is gone. */
export function useHiddenVideos(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => hidden,
  );
}
