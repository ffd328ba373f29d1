import type { ScheduleView } from "../../api/schema";
import { say } from "../../strings";

/** What a schedule is about, in the words of its request, which is one of four kinds. */
export function titleOf({ request, kind }: ScheduleView): string {
  const [first] = [...itemsOf(request.videos), ...itemsOf(request.clips)];
  const words = [
    request.title,
    request.prompt,
    request.instruction,
    first?.title,
    first?.prompt,
    first?.instruction,
  ];
  const found = words.find((text): text is string => typeof text === "string" && text.trim() !== "");
  return found ?? say.schedules.kinds[kind];
}

function itemsOf(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}
