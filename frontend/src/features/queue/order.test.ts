import { describe, expect, it } from "vitest";
import type { QueueEntryView } from "../../api/schema";
import { groupByJob, inOrder, movedTo, waitingIds } from "./order";

const entry = (job_id: string, batch_id: string, state: QueueEntryView["state"], place: number | null) =>
  ({ job_id, batch_id, state, place, title: job_id, kind: "batch" }) as QueueEntryView;

// As the API lists them: what runs, what waits, what is paused.
const listed = [
  entry("sea", "a", "running", null),
  entry("sky", "x", "waiting", 0),
  entry("sea", "b", "waiting", 0),
  entry("sea", "e", "waiting", 3),
  entry("sea", "d", "paused", 2),
  entry("sea", "c", "paused", 1),
];

describe("the queue", () => {
  it("shows each job's batches by their turn, paused ones at the place where they would run", () => {
    const groups = groupByJob(listed);
    expect(groups.map(({ jobId }) => jobId)).toEqual(["sea", "sky"]);
    expect(groups[0]?.entries.map(({ batch_id }) => batch_id)).toEqual(["a", "b", "c", "d", "e"]);
    expect(groups[0] && waitingIds(groups[0])).toEqual(["b", "c", "d", "e"]);
  });

  it("moves one and keeps the others in their order", () => {
    expect(movedTo(["b", "c", "d"], "d", 0)).toEqual(["d", "b", "c"]);
    expect(movedTo(["b", "c", "d"], "b", 1)).toEqual(["c", "b", "d"]);
    expect(movedTo(["b", "c", "d"], "b", 0)).toBeNull();
    expect(movedTo(["b", "c", "d"], "b", -1)).toBeNull();
    expect(movedTo(["b", "c", "d"], "d", 3)).toBeNull();
    expect(movedTo(["b", "c", "d"], "gone", 1)).toBeNull();
  });

  it("shows a new order at once, behind what runs", () => {
    const [sea] = groupByJob(listed);
    const shown = sea && inOrder(sea, ["d", "b", "c", "e"]);
    expect(shown?.entries.map(({ batch_id }) => batch_id)).toEqual(["a", "d", "b", "c", "e"]);
  });
});
