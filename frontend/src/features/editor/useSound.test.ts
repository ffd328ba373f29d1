import { expect, it } from "vitest";
import { loudnessOf } from "./useSound";

it("draws the loudest of each part, beside the loudest of all", () => {
  const samples = new Float32Array([0, 0.25, -0.5, 0.1, 0, 0]);
  expect(loudnessOf(samples, 3)).toEqual([0.5, 1, 0]);
});

it("draws nothing of silence", () => {
  expect(loudnessOf(new Float32Array(8), 2)).toEqual([0, 0]);
});
