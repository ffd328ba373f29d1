import { useSyncExternalStore } from "react";

// The API says of a video that it is processing until its provider has stopped; what was asked of it is
// kept beside the pages, for as long as this tab is open.
const KEY = "retake.cancelling";
let asked: ReadonlySet<string> = new Set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as string[]);
const listeners = new Set<() => void>();

/** Note that a video is to be cancelled, or that this was refused. */
export function setCancelling(videoId: string, isAsked: boolean): void {
  const next = new Set(asked);
  if (isAsked) next.add(videoId);
  else next.delete(videoId);
  asked = next;
  sessionStorage.setItem(KEY, JSON.stringify([...next]));
  for (const listener of listeners) listener();
}

/** The videos that are to be cancelled. */
export function useCancelling(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
