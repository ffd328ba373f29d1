import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { preloadWhenIdle } from "./lazyPage";

/** Where there is no idle time to be had, as in Safari, a fifth of a second is waited instead. */
describe("preloadWhenIdle", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function begin(): { fetched: string[]; stop: () => void } {
    const fetched: string[] = [];
    const pages = ["first", "second"].map((name) => ({
      preload: () => {
        fetched.push(name);
        return Promise.resolve();
      },
    }));
    return { fetched, stop: preloadWhenIdle(pages) };
  }

  it("leaves the first second to the page that is shown, then fetches one after another", async () => {
    const { fetched } = begin();
    await vi.advanceTimersByTimeAsync(1000);
    expect(fetched).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(fetched).toEqual(["first"]);
    await vi.advanceTimersByTimeAsync(200);
    expect(fetched).toEqual(["first", "second"]);
  });

  it.each([
    ["before it began", 500, []],
    ["between two pages", 1200, ["first"]],
  ])("stops %s", async (_name, ms, wanted) => {
    const { fetched, stop } = begin();
    await vi.advanceTimersByTimeAsync(ms);
    stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(fetched).toEqual(wanted);
  });
});
