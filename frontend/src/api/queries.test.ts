import { MutationObserver, QueryObserver } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import { followOtherTabs, makeQueryClient, whenRead } from "./queries";

describe("followOtherTabs", () => {
  it("reads again what another tab has changed, and no longer once it has stopped", async () => {
    const [here, there] = [makeQueryClient(), makeQueryClient()];
    const stops = [followOtherTabs(here), followOtherTabs(there)];
    let reads = 0;
    const query = { queryKey: ["jobs"], queryFn: () => Promise.resolve(++reads) };
    const unsubscribe = new QueryObserver(there, query).subscribe(() => undefined);
    const change = new MutationObserver(here, { mutationFn: () => Promise.resolve("deleted") });
    await vi.waitFor(() => {
      expect(reads).toBe(1);
    });
    await change.mutate();
    await vi.waitFor(() => {
      expect(reads).toBe(2);
    });
    for (const stop of stops) stop();
    await change.mutate();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(reads).toBe(2);
    unsubscribe();
  });
});

describe("whenRead", () => {
  it("begins something once nothing is being read any more, and ends it", async () => {
    const queries = makeQueryClient();
    const end = vi.fn();
    const begin = vi.fn(() => end);
    const stop = whenRead(queries, begin);
    const one = queries.query({ queryKey: ["one"], queryFn: () => Promise.resolve(1) });
    let answer: (value: number) => void = () => undefined;
    const two = queries.query({
      queryKey: ["two"],
      queryFn: () =>
        new Promise<number>((resolve) => {
          answer = resolve;
        }),
    });
    await one;
    expect(begin).not.toHaveBeenCalled();
    answer(2);
    await two;
    await vi.waitFor(() => {
      expect(begin).toHaveBeenCalledTimes(1);
    });
    stop();
    expect(end).toHaveBeenCalledTimes(1);
  });
});
