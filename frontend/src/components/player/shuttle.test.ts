import { describe, expect, it } from "vitest";
import { nextSpeed } from "./shuttle";

describe("nextSpeed", () => {
  it("doubles with each press and stays at the greatest", () => {
    expect([0, 1, 2, 4].map((speed) => nextSpeed(speed, 1))).toEqual([1, 2, 4, 4]);
    expect([0, -1, -2, -4].map((speed) => nextSpeed(speed, -1))).toEqual([-1, -2, -4, -4]);
  });

  it("turns around at the lowest speed of the other direction", () => {
    expect(nextSpeed(4, -1)).toBe(-1);
    expect(nextSpeed(-2, 1)).toBe(1);
  });
});
