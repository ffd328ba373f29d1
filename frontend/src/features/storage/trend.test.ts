import { describe, expect, it } from "vitest";
import type { TrendDay } from "../../api/schema";
import { barsOf } from "./trend";

const day = (date: string, active_bytes: number, archived_bytes: number): TrendDay => ({
  date,
  active_bytes,
  archived_bytes,
  monthly_cost: 0,
});
const both = [
  { look: "active", valueOf: (one: TrendDay) => one.active_bytes },
  { look: "archived", valueOf: (one: TrendDay) => one.archived_bytes },
];

describe("barsOf", () => {
  it("stacks classes on the ground, the largest day as high as the chart", () => {
    const { bars, most } = barsOf([day("2026-11-01", 30, 10), day("2026-11-20", 10, 0)], both, 200, 100);
    expect(most).toBe(40);
    expect(bars.map(({ look, y, height }) => [look, y, height])).toEqual([
      ["active", 25, 75],
      ["archived", 0, 25],
      ["active", 75, 25],
    ]);
  });

  it("leaves the columns of days without a measurement empty", () => {
    const { bars } = barsOf([day("2026-10-30", 1, 0), day("2026-11-18", 1, 0)], both, 200, 100);
    expect(bars.map(({ x }) => Math.round(x))).toEqual([1, 191]);
  });

  it("draws a first day as one column of many, at the end", () => {
    const { bars, firstDay } = barsOf([day("2026-11-21", 1, 0)], both, 140, 100);
    expect(firstDay).toBe("2026-11-08");
    expect(bars).toHaveLength(1);
    expect(bars[0]?.x).toBeCloseTo(131);
  });

  it("draws nothing of nothing", () => {
    expect(barsOf([day("2026-11-21", 0, 0)], both, 140, 100).bars).toEqual([]);
  });
});
