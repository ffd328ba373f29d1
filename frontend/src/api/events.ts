/** One event of a job's stream, or of a person's. */
export interface JobEvent {
  readonly id: number;
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What one answer of the stream brought, and when to ask again. */
export interface EventPage {
  readonly events: readonly JobEvent[];
  readonly lastId: number;
  readonly retryMs: number;
}

const DEFAULT_RETRY_MS = 3000;

/**
 * Parse a whole `text/event-stream` answer.
 *
 * The gateway does not stream, so an answer is complete; `EventSource`, which cannot send a token, is
 * not used.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function parseEventStream(text: string): EventPage {
  const events: JobEvent[] = [];
  let retryMs = DEFAULT_RETRY_MS;
  let lastId = 0;
  let name = "";
  let data: string[] = [];
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/)) {
    if (line === "") {
      // An event without data is none; one that ends with the text instead of a blank line is cut off.
      if (data.length > 0) events.push({ id: lastId, name: name || "message", data: read(data) });
      name = "";
      data = [];
      continue;
    }
    const [field, value] = split(line);
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
    else if (field === "id" && /^\d+$/.test(value)) lastId = Number(value);
    else if (field === "retry" && /^\d+$/.test(value)) retryMs = Number(value);
  }
  return { events, lastId: events.at(-1)?.id ?? 0, retryMs };
}

function split(line: string): [string, string] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
}

function read(lines: readonly string[]): Record<string, unknown> {
  const content: unknown = JSON.parse(lines.join("\n"));
  return typeof content === "object" && content !== null ? (content as Record<string, unknown>) : {};
}

/** How the page learns what happens: by events, by asking every few seconds, or not at all for now. */
export type Connection = "events" | "polling";

export interface Following {
  readonly after: number;
  readonly read: (after: number, signal: AbortSignal) => Promise<EventPage>;
  readonly onEvents: (page: EventPage) => void;
  readonly onConnection: (connection: Connection) => void;
  readonly signal: AbortSignal;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const POLLING_MS = 3000;

/**
 * Follow a job's events until the signal aborts: reads on from the last event, as soon as the server
 * says. When an answer fails to come, says so, so that the page polls, and keeps trying.
 */
export async function followEvents(following: Following): Promise<void> {
  const { read: readPage, onEvents, onConnection, signal, pause = sleep } = following;
  let after = following.after;
  let lost = false;
  while (!signal.aborted) {
    try {
      const page = await readPage(after, signal);
      if (isAborted(signal)) return;
      if (lost) onConnection("events");
      lost = false;
      after = page.lastId || after;
      onEvents(page);
      await pause(page.retryMs, signal);
    } catch {
      if (isAborted(signal)) return;
      if (!lost) onConnection("polling");
      lost = true;
      await pause(POLLING_MS, signal);
    }
  }
}

// A call, because a check of the property would be taken as settled across the awaits.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Wait; an abort ends the wait at once. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
