import type { QueueEntryView } from "../../api/schema";
import { groupBy } from "../../groups";

/** What has not ended of one job, in the order in which it runs. */
export interface QueueGroup {
  readonly jobId: string;
  readonly title: string;
  readonly kind: QueueEntryView["kind"];
  readonly entries: readonly QueueEntryView[];
}

/** Put entries together by job; jobs keep the order in which the first of each comes. */
export function groupByJob(entries: readonly QueueEntryView[]): readonly QueueGroup[] {
  return [...groupBy(entries, ({ job_id }) => job_id).values()].map((found) => {
    const sorted = found.sort(byTurn);
    const { job_id: jobId, title, kind } = sorted[0] ?? nothing();
    return { jobId, title, kind, entries: sorted };
  });
}

function nothing(): never {
  throw new Error("A group has an entry at least.");
}

/** Compare by turn: what runs, then what waits by its place. */
function byTurn(left: QueueEntryView, right: QueueEntryView): number {
  return (left.place ?? -1) - (right.place ?? -1);
}

/** Whether an entry waits on its job, so that its turn may change. */
export function waits({ place }: QueueEntryView): boolean {
  return place !== null;
}

/** The ids of a job's waiting batches, in their order. */
export function waitingIds({ entries }: QueueGroup): readonly string[] {
  return entries.filter(waits).map(({ batch_id }) => batch_id);
}

/** Return the order in which one id stands at another's place, those between moved up; or null for no change. */
export function movedTo(order: readonly string[], id: string, place: number): readonly string[] | null {
  const from = order.indexOf(id);
  if (from < 0 || place < 0 || place >= order.length || place === from) return null;
  const others = order.filter((other) => other !== id);
  return [...others.slice(0, place), id, ...others.slice(place)];
}

/** Show a group in an order that the server has not confirmed yet. */
export function inOrder(group: QueueGroup, order: readonly string[] | undefined): QueueGroup {
  if (order === undefined) return group;
  const placeOf = (entry: QueueEntryView) => (waits(entry) ? order.indexOf(entry.batch_id) : -1);
  return { ...group, entries: [...group.entries].sort((a, b) => placeOf(a) - placeOf(b)) };
}
