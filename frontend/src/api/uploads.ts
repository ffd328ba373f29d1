import type { uploadFile } from "./uploadFile";

/** How far a file is that is being sent. */
export interface Sending {
  readonly percent: number;
  readonly cancel: () => void;
}

// Beside the pages: a file is sent on while another page is open, and is found again there.
const underWay = new Map<File, Sending>();
const listeners = new Set<() => void>();

/** Report how far a file is; nothing once it is not being sent any more. */
export function report(file: File, sending: Sending | undefined): void {
  if (sending) underWay.set(file, sending);
  else underWay.delete(file);
  for (const listener of listeners) listener();
}

/** Return how far a file is; nothing while it is not being sent. */
export function sendingOf(file: File | undefined): Sending | undefined {
  return file && underWay.get(file);
}

export function followSending(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether something ended only because an upload was cancelled. */
export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Upload a file; what sends it is loaded with the first one. Returns the upload's id. */
export async function upload(...given: Parameters<typeof uploadFile>): Promise<string> {
  const send = await import("./uploadFile");
  return send.uploadFile(...given);
}
