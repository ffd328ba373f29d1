import { useSyncExternalStore } from "react";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "neutral" | "bad";
  /** Reverses what the toast reports. */
  readonly undo?: () => void;
  /** A further step, such as to open what is ready. */
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Called once when the toast goes without having been undone. */
  readonly onGone?: () => void;
}

export const TOAST_MS = 8000;

let toasts: readonly Toast[] = [];
let nextId = 1;
let held = false;
const listeners = new Set<() => void>();
const timers = new Map<number, ReturnType<typeof setTimeout>>();

function become(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function startTimer(id: number): void {
  timers.set(
    id,
    setTimeout(() => {
      dismiss(id);
    }, TOAST_MS),
  );
}

/** Report something at the foot of the page; the report disappears after some seconds. */
export function toast(text: string, more: Partial<Omit<Toast, "id" | "text">> = {}): void {
  const id = nextId++;
  // What is pushed out goes like any other: what its `onGone` does must still happen.
  for (const old of toasts.slice(0, -2)) dismiss(old.id);
  become([...toasts, { id, text, tone: "neutral", ...more }]);
  if (!held) startTimer(id);
}

/** Let all toasts stay while a pointer or the focus is on one; afterwards each has its whole time again. */
export function holdToasts(hold: boolean): void {
  if (hold === held) return;
  held = hold;
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  if (!held) for (const { id } of toasts) startTimer(id);
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

/** Undo what the newest toast that can be undone reports; return whether there was one. */
export function undoLast(): boolean {
  const last = toasts.findLast(({ undo }) => undo !== undefined);
  if (last === undefined) return false;
  dismiss(last.id, true);
  last.undo?.();
  return true;
}

/** Do now what waits for its toast to go: the page is being left. */
export function flushToasts(): void {
  for (const { id } of toasts) dismiss(id);
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
