const HEADER_BYTES = 8;
const TIMESCALE_AT = 12;
const TIME_AT = 4;

/** Return where the payload of a box in boxes lies; null if there is none. */
function find(view: DataView, path: readonly string[], start = 0, end = view.byteLength): DataView | null {
  const [kind, ...inner] = path;
  for (let at = start; at + HEADER_BYTES <= end;) {
    const size = view.getUint32(at);
    if (size < HEADER_BYTES) return null;
    if (nameAt(view, at + 4) === kind) {
      const payload = at + HEADER_BYTES;
      if (inner.length > 0) return find(view, inner, payload, at + size);
      return new DataView(view.buffer, view.byteOffset + payload, size - HEADER_BYTES);
    }
    at += size;
  }
  return null;
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((place) => view.getUint8(at + place)));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What a decoder's first bytes say: the type of the media, and how many ticks of the picture a second has. */
export function readInitial(bytes: Uint8Array): { readonly type: string; readonly timescale: number } {
  const view = viewOf(bytes);
  const media = find(view, ["moov", "trak", "mdia", "mdhd"]);
  const at = indexOf(view, "avcC");
  if (media === null || at === -1) throw new Error("The stream has no picture.");
  const codec = [1, 2, 3].map((place) => hex(view.getUint8(at + 4 + place))).join("");
  return {
    type: `video/mp4; codecs="avc1.${codec},mp4a.40.2"`,
    timescale: media.getUint32(TIMESCALE_AT),
  };
}

/** When the first picture of a segment is decoded, by its own count, in ticks. */
export function decodedAt(bytes: Uint8Array): number {
  const time = find(viewOf(bytes), ["moof", "traf", "tfdt"]);
  if (time === null) throw new Error("The stream has a segment without a time.");
  return Number(time.getBigUint64(TIME_AT));
}

function indexOf(view: DataView, name: string): number {
  for (let at = 0; at + HEADER_BYTES <= view.byteLength; at++) if (nameAt(view, at) === name) return at;
  return -1;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
