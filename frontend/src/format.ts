const LOCALE = "en-US";
const dollars = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 4,
});
const dates = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });
const moments = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
});
const months = new Intl.DateTimeFormat(LOCALE, { month: "long", year: "numeric", timeZone: "UTC" });
const days = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", timeZone: "UTC" });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });

/** Dollars with the places that carry something: $0.45, $0.405. Null is a price that is not published. */
export function formatPrice(amount: number | null): string {
  return amount === null ? "not known" : dollars.format(amount);
}

/** A clip by its place, counted from 1, and its title: 2. drone shot.mp4. */
export function formatClip(index: number, title?: string | null): string {
  return title ? `${index + 1}. ${title}` : `Clip ${index + 1}`;
}

/** A clip's length: 3.2 s, 1:05. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A place in a video: minutes, seconds and frames, 0:02:14. */
export function formatTimecode(seconds: number, fps: number): string {
  const whole = Math.max(0, seconds);
  const frames = Math.floor((whole % 1) * fps + 1e-3);
  const clock = [Math.floor(whole / 60), Math.floor(whole % 60), frames];
  return clock.map((part, place) => (place === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** A time to wait: 40 s, 6 min, 1 h 20 min. */
export function formatWait(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A size in powers of 1000, as budgets are given: 4.2 MB. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${UNITS[power] ?? ""}`;
}

export function formatDate(iso: string): string {
  return dates.format(new Date(iso));
}

/** How long ago, for the last days; after that the date. */
export function formatAgo(iso: string, now: number = Date.now()): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const age = Math.abs(seconds);
  if (age < 45) return "just now";
  if (age < 45 * 60) return relative.format(Math.round(seconds / 60), "minute");
  if (age < 22 * 3600) return relative.format(Math.round(seconds / 3600), "hour");
  if (age < 6 * 86_400) return relative.format(Math.round(seconds / 86_400), "day");
  return formatDate(iso);
}

export function formatMoment(iso: string): string {
  return moments.format(new Date(iso));
}

/** A month as the API names it, 2026-11: November 2026. */
export function formatMonth(month: string): string {
  return months.format(new Date(`${month}-01T00:00:00Z`));
}

/** A day of UTC as the API names it, 2026-11-21: Nov 21. */
export function formatDay(day: string): string {
  return days.format(new Date(`${day}T00:00:00Z`));
}
