const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Write a moment as a field for a local time has it: `2026-12-01T08:00`. */
export function localMinute(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
}

/** The next full hour that is at least half an hour away, as a local time. */
export function nextHour(now: Date): string {
  const soon = new Date(now.getTime() + HOUR_MS + HOUR_MS / 2);
  soon.setMinutes(0, 0, 0);
  return localMinute(soon);
}
