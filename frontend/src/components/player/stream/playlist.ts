/** Bytes in a row of a file; `end` is the one behind the last. */
export interface Part {
  readonly url: string;
  readonly start: number;
  readonly end: number;
}

/** A piece of a stream that plays by itself. */
export interface Segment {
  readonly media: Part;
  /** What a decoder reads before it; the same for segments that are encoded alike. */
  readonly initial: Part;
  /** Seconds from the start of the stream. */
  readonly at: number;
  readonly seconds: number;
}

const RANGE = /^(\d+)@(\d+)$/;
const MAP = /^#EXT-X-MAP:URI="([^"]+)",BYTERANGE="([^"]+)"$/;
const LENGTH = "#EXTINF:";
const BYTES = "#EXT-X-BYTERANGE:";
/** The segment behind it is for readers that do not know it. */
const GAP = "#EXT-X-GAP";

/** Read a job's playlist: HLS, each segment a range of bytes. Anything else in it is an error. */
export function readPlaylist(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let initial: Part | null = null;
  let at = 0;
  let seconds = 0;
  let bytes = "";
  let isGap = false;
  for (const line of text.split("\n")) {
    const map = MAP.exec(line);
    if (map) initial = partOf(map[1], map[2]);
    else if (line.startsWith(LENGTH)) seconds = Number.parseFloat(line.slice(LENGTH.length));
    else if (line.startsWith(BYTES)) bytes = line.slice(BYTES.length);
    else if (line === GAP) isGap = true;
    else if (isGap && !line.startsWith("#")) isGap = false;
    else if (line !== "" && !line.startsWith("#")) {
      if (initial === null || !(seconds > 0))
        throw new Error("The playlist has a segment without a beginning.");
      segments.push({ media: partOf(line, bytes), initial, at, seconds });
      at += seconds;
    }
  }
  return segments;
}

function partOf(url = "", range = ""): Part {
  const found = RANGE.exec(range);
  if (found === null) throw new Error("The playlist has a segment without its bytes.");
  const start = Number(found[2]);
  return { url, start, end: start + Number(found[1]) };
}
