import { expect, test } from "vitest";
import { aClip, aJob, aVersion } from "../../testing/samples";
import { streamOf } from "./preview";

const FILM = {
  url: "film",
  poster_url: "poster",
  duration_ms: 1,
  frames: 1,
  size_bytes: 1,
  fingerprint: "f",
  up_to_date: false,
};

test("clips are offered as a stream while the video does not show them", () => {
  const job = aJob(2, { stream_url: "stream" });
  expect(streamOf(job)?.url).toBe("stream");
  expect(streamOf({ ...job, video: FILM })?.url).toBe("stream");
  expect(streamOf({ ...job, video: { ...FILM, up_to_date: true } })).toBeNull();
  expect(streamOf({ ...job, stream_url: null })).toBeNull();
});

test("another take makes another stream, another signature of the address does not", () => {
  const job = aJob(2, { stream_url: "stream" });
  const other = { ...job, clips: [aClip(0), aClip(1, { current_version: aVersion({ version_id: "new" }) })] };
  expect(streamOf(other)?.id).not.toBe(streamOf(job)?.id);
  expect(streamOf({ ...job, stream_url: "renewed" })?.id).toBe(streamOf(job)?.id);
});
