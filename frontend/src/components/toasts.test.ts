import { describe, expect, it } from "vitest";
import { toast } from "./toasts";

describe("toast", () => {
  it("does what it put off also when others push it aside", () => {
    const done: number[] = [];
    for (const number of [1, 2, 3, 4, 5]) {
      toast("Will be deleted.", { onGone: () => void done.push(number) });
    }
    expect(done).toEqual([1, 2]);
  });
});
