import { useSyncExternalStore } from "react";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "neutral" | "bad";
  /** Takes back what the toast tells of. */
  readonly undo?: () => void;
  /** Called once when the toast goes without having been undone. */
  readonly onGone?: () => void;
}

export const TOAST_MS = 8000;

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();
const timers = new Map<number, ReturnType<typeof setTimeout>>();

function become(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Tell something in passing; it goes by itself after some seconds. */
export function toast(text: string, more: Partial<Omit<Toast, "id" | "text">> = {}): void {
  const id = nextId++;
  // What is pushed out goes like any other: what its `onGone` does must still happen.
  for (const old of toasts.slice(0, -2)) dismiss(old.id);
  become([...toasts, { id, text, tone: "neutral", ...more }]);
  timers.set(
    id,
    setTimeout(() => {
      dismiss(id);
    }, TOAST_MS),
  );
}

/** Take a toast away; `undone` says that its `onGone` is not to happen. */
export function dismiss(id: number, undone = false): void {
  const gone = toasts.find((item) => item.id === id);
  if (!gone) return;
  clearTimeout(timers.get(id));
  timers.delete(id);
  become(toasts.filter((item) => item.id !== id));
  if (!undone) gone.onGone?.();
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
