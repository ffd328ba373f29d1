import { expect, test } from "vitest";
import { decodedAt, readInitial } from "./boxes";
import { readPlaylist } from "./playlist";

const PLAYLIST = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MAP:URI="https://media/a.mp4?x=1",BYTERANGE="30@40"
#EXTINF:4.000000,
#EXT-X-BYTERANGE:1000@70
https://media/a.mp4?x=1
#EXTINF:1.500000,
#EXT-X-BYTERANGE:500@1070
https://media/a.mp4?x=1
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="https://media/b.mp4",BYTERANGE="31@41"
#EXT-X-GAP
#EXTINF:0.001,
data:video/mp4;base64,AAAA==.mp4
#EXTINF:2.000000,
#EXT-X-BYTERANGE:700@90
https://media/b.mp4
#EXT-X-ENDLIST
`;

function box(kind: string, ...payload: readonly (readonly number[])[]): number[] {
  const body = payload.flat();
  return [0, 0, 0, body.length + 8, ...new TextEncoder().encode(kind), ...body];
}

test("each segment has its bytes, its time, and what a decoder reads before it", () => {
  const segments = readPlaylist(PLAYLIST);
  const [first, second, third] = segments;
  expect(segments.map(({ at, seconds }) => [at, seconds])).toEqual([
    [0, 4],
    [4, 1.5],
    [5.5, 2],
  ]);
  expect(first?.media).toEqual({ url: "https://media/a.mp4?x=1", start: 70, end: 1070 });
  expect(second?.initial).toBe(first?.initial);
  expect(third?.initial).toEqual({ url: "https://media/b.mp4", start: 41, end: 72 });
});

test("a playlist of another form is refused", () => {
  expect(() => readPlaylist("#EXTINF:4,\n#EXT-X-BYTERANGE:1@2\na.mp4")).toThrow("without a beginning");
  expect(() => readPlaylist(PLAYLIST.replace("#EXT-X-BYTERANGE:1000@70\n", ""))).toThrow("without its bytes");
});

test("boxes say the codec, the ticks of a second, and when a segment begins", () => {
  const media = box("mdhd", [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0xd4, 0xc0]);
  const entry = box("stsd", box("avcC", [1, 0x64, 0, 0x28]));
  const initial = [...box("ftyp", [1, 2]), ...box("moov", box("trak", box("mdia", media, entry)))];
  expect(readInitial(new Uint8Array(initial))).toEqual({
    type: 'video/mp4; codecs="avc1.640028,mp4a.40.2"',
    timescale: 120_000,
  });
  const time = box("tfdt", [1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 2, 1]);
  const segment = [...box("moof", box("mfhd", [0]), box("traf", box("tfhd", [0]), time)), ...box("mdat")];
  expect(decodedAt(new Uint8Array([9, ...segment]).subarray(1))).toBe(513);
  expect(() => decodedAt(new Uint8Array(box("mdat")))).toThrow("without a time");
});
