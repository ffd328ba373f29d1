import { describe, expect, it } from "vitest";
import {
  formatAgo,
  formatBytes,
  formatClip,
  formatPrice,
  formatSeconds,
  formatTimecode,
  formatWait,
} from "./format";

describe("formatPrice", () => {
  it.each([
    [0, "$0.00"],
    [0.15, "$0.15"],
    [0.405, "$0.405"],
    [0.0315, "$0.0315"],
    [1234.5, "$1,234.50"],
    [null, "not known"],
  ])("writes %d as %s", (amount, written) => {
    expect(formatPrice(amount)).toBe(written);
  });
});

describe("formatClip", () => {
  it.each([
    [1, "drone shot.mp4", "2. drone shot.mp4"],
    [0, "2. first.mov", "1. 2. first.mov"],
    [11, "שקיעה.mp4", "12. שקיעה.mp4"],
    [2, "", "Clip 3"],
    [2, null, "Clip 3"],
    [2, undefined, "Clip 3"],
  ])("writes %d and %s as %s", (index, title, written) => {
    expect(formatClip(index, title)).toBe(written);
  });
});

describe("formatSeconds", () => {
  it.each([
    [3.24, "3.2 s"],
    [59.9, "59.9 s"],
    [65, "1:05"],
    [119.7, "2:00"],
  ])("writes %d as %s", (seconds, written) => {
    expect(formatSeconds(seconds)).toBe(written);
  });
});

describe("formatWait", () => {
  it.each([
    [0, "1 s"],
    [40, "40 s"],
    [600, "10 min"],
    [6000, "1 h 40 min"],
  ])("writes %d as %s", (seconds, written) => {
    expect(formatWait(seconds)).toBe(written);
  });
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [4_210_000, "4.2 MB"],
    [100_000_000_000, "100 GB"],
  ])("writes %d as %s", (bytes, written) => {
    expect(formatBytes(bytes)).toBe(written);
  });
});

describe("formatAgo", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  it.each([
    ["2026-03-10T11:59:40Z", "just now"],
    ["2026-03-10T11:55:00Z", "5 minutes ago"],
    ["2026-03-10T09:00:00Z", "3 hours ago"],
    ["2026-03-09T11:00:00Z", "yesterday"],
    ["2026-02-01T12:00:00Z", "Feb 1, 2026"],
  ])("writes %s as %s", (moment, written) => {
    expect(formatAgo(moment, now)).toBe(written);
  });

  it("writes a place in a video with its frames", () => {
    expect(formatTimecode(2.5, 30)).toBe("0:02:15");
    expect(formatTimecode(61.999, 24)).toBe("1:01:23");
    expect(formatTimecode(1 / 30 + 1, 30)).toBe("0:01:01");
  });
});
