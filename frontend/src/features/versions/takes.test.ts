import { describe, expect, it } from "vitest";
import type { VersionView } from "../../api/schema";
import { groupTakes } from "./takes";

const version = (version_number: number, batch_id: string | null, take = 1, takes = 1) =>
  ({ version_id: `v${version_number}`, version_number, batch_id, take, takes }) as VersionView;

describe("takes to choose from", () => {
  it("are those that one batch made of the clip; all others stand by themselves", () => {
    const newestFirst = [
      version(6, "later", 2, 3), // a failed take that was tried again, in a batch of its own
      version(5, "three", 3, 3),
      version(4, "three", 1, 3),
      version(3, "one"),
      version(2, null, 1, 1),
      version(1, null),
    ];
    const found = groupTakes(newestFirst).map(({ versions }) => versions.map((item) => item.version_number));
    expect(found).toEqual([[6], [5, 4], [3], [2], [1]]);
  });
});
