import { decodedAt, readInitial } from "./boxes";
import { type Part, readPlaylist, type Segment } from "./playlist";

const AHEAD_S = 30;
const BEHIND_S = 30;
const SAME_S = 1e-3;
/** How much may be missing of a segment that was added: sound does not end where pictures do. */
const SLACK_S = 0.15;
const TRIES = 3;

/**
 * Plays a job's stream in a video element: fetches what comes next, and drops what is long over.
 *
 * A library for HLS would do the same with ten times the code; all that is needed of it is this.
 */
export class StreamPlayer {
  /** What the video element plays. */
  readonly src: string;
  private video: HTMLVideoElement | null = null;
  private readonly source = new MediaSource();
  private readonly control = new AbortController();
  private readonly tries = new Map<number, number>();
  private segments: readonly Segment[] = [];
  private added: Segment["initial"] | null = null;
  private timescale = 1;
  private ahead = AHEAD_S;

  /**
   * @param address Of the playlist.
   * @param onFailure Called once, where it cannot go on.
   */
  constructor(
    private readonly address: string,
    onFailure: () => void,
  ) {
    this.src = URL.createObjectURL(this.source);
    this.run().catch(() => {
      if (!this.control.signal.aborted) onFailure();
    });
  }

  /** Fetch what is needed from where a video stands; nothing but the beginning without one. */
  follow(video: HTMLVideoElement | null): void {
    this.video = video;
  }

  stop(): void {
    this.control.abort();
    URL.revokeObjectURL(this.src);
  }

  private async run(): Promise<void> {
    await happened(this.source, ["sourceopen"], this.control.signal);
    this.segments = readPlaylist(await (await this.fetch(this.address)).text());
    const [first] = this.segments;
    const last = this.segments.at(-1);
    if (first === undefined || last === undefined) throw new Error("The stream is empty.");
    const initial = await this.read(first.initial);
    const { type, timescale } = readInitial(initial);
    this.timescale = timescale;
    const buffer = this.source.addSourceBuffer(type);
    this.source.duration = last.at + last.seconds;
    for (;;) {
      const number = this.next(buffer);
      const segment = number === null ? undefined : this.segments[number];
      if (number === null || segment === undefined) await this.wait();
      else await this.add(buffer, number, segment);
    }
  }

  /** Return the first segment that is missing from where the video stands on; null where it has enough. */
  private next(buffer: SourceBuffer): number | null {
    const now = this.video?.currentTime ?? 0;
    for (const [number, { at, seconds }] of this.segments.entries()) {
      if (at + seconds <= now) continue;
      if (at > now + this.ahead) return null;
      if (!isThere(buffer.buffered, at, at + seconds) && (this.tries.get(number) ?? 0) < TRIES) return number;
    }
    this.end(buffer);
    return null;
  }

  private end(buffer: SourceBuffer): void {
    if (this.source.readyState === "open" && !buffer.updating) this.source.endOfStream();
  }

  private async add(buffer: SourceBuffer, number: number, segment: Segment): Promise<void> {
    this.tries.set(number, (this.tries.get(number) ?? 0) + 1);
    const bytes = await this.read(segment.media);
    if (this.added !== segment.initial) {
      const initial = await this.read(segment.initial);
      this.timescale = readInitial(initial).timescale;
      await this.append(buffer, initial);
      this.added = segment.initial;
    }
    const offset = segment.at - decodedAt(bytes) / this.timescale;
    if (Math.abs(buffer.timestampOffset - offset) > SAME_S) buffer.timestampOffset = offset;
    await this.append(buffer, bytes);
    await this.drop(buffer, (this.video?.currentTime ?? 0) - BEHIND_S);
  }

  private async append(buffer: SourceBuffer, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    for (;;) {
      try {
        buffer.appendBuffer(bytes);
        await happened(buffer, ["updateend"], this.control.signal);
        return;
      } catch (error) {
        if (!(error instanceof DOMException) || error.name !== "QuotaExceededError") throw error;
        this.ahead /= 2; // large pictures: hold fewer seconds of them
        await this.drop(buffer, (this.video?.currentTime ?? 0) - 1);
        await this.wait();
      }
    }
  }

  /** Drop what is before a time; it is fetched again where it is needed. */
  private async drop(buffer: SourceBuffer, before: number): Promise<void> {
    const gone = this.segments.filter(({ at, seconds }) => at + seconds < before);
    const last = gone.at(-1);
    if (last === undefined || buffer.buffered.length === 0) return;
    const end = last.at + last.seconds;
    if (buffer.buffered.start(0) >= end) return;
    buffer.remove(0, end);
    await happened(buffer, ["updateend"], this.control.signal);
    for (const [number] of gone.entries()) this.tries.delete(number);
  }

  private async wait(): Promise<void> {
    const { signal } = this.control;
    if (this.video === null) await new Promise((resolve) => setTimeout(resolve, 100));
    else await happened(this.video, ["timeupdate", "seeking"], signal);
    signal.throwIfAborted();
  }

  private async read({ url, start, end }: Part): Promise<Uint8Array<ArrayBuffer>> {
    const answer = await this.fetch(url, { Range: `bytes=${start}-${end - 1}` });
    return new Uint8Array(await answer.arrayBuffer());
  }

  private async fetch(url: string, headers: Record<string, string> = {}): Promise<Response> {
    const answer = await fetch(url, { headers, signal: this.control.signal });
    if (!answer.ok) throw new Error(`The stream answers ${answer.status}.`);
    return answer;
  }
}

/** Whether a player of streams can be made of this browser's parts; Safari on phones has its own. */
export function canStream(): boolean {
  return "MediaSource" in globalThis;
}

function isThere(buffered: TimeRanges, start: number, end: number): boolean {
  const slack = Math.min(SLACK_S, (end - start) / 2); // a clip of one frame is shorter than that
  for (let range = 0; range < buffered.length; range++)
    if (buffered.start(range) <= start + slack && end - slack <= buffered.end(range)) return true;
  return false;
}

function happened(target: EventTarget, names: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      for (const name of names) target.removeEventListener(name, settle);
      signal.removeEventListener("abort", settle);
      if (signal.aborted) reject(new DOMException("It is not played any more.", "AbortError"));
      else resolve();
    };
    for (const name of names) target.addEventListener(name, settle);
    signal.addEventListener("abort", settle);
    if (signal.aborted) settle();
  });
}
