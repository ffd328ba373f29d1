import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Throttle } from "./throttle";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Throttle", () => {
  it("runs at once, and what is asked for meanwhile once after the pause", () => {
    const run = vi.fn();
    const throttle = new Throttle(run, () => 1000);
    throttle.ask();
    throttle.ask();
    throttle.ask();
    expect(run).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(run).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(5000);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("runs nothing after it was stopped", () => {
    const run = vi.fn();
    const throttle = new Throttle(run, () => 1000);
    throttle.ask();
    throttle.ask();
    throttle.stop();
    vi.advanceTimersByTime(5000);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
