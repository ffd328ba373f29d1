import type { TrendDay } from "../../api/schema";

export interface Series {
  readonly look: string | undefined;
  readonly valueOf: (day: TrendDay) => number;
}

export interface Bar {
  readonly key: string;
  readonly day: TrendDay;
  readonly look: string | undefined;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const DAY_MS = 86_400_000;
const LEAST_DAYS = 14;

/**
 * Place stacked bars: a column for each day from the first to the last, empty for those that are missing,
 * and for some more where there are few, so that a first day is no wall.
 */
export function barsOf(
  days: readonly TrendDay[],
  series: readonly Series[],
  width: number,
  height: number,
): { readonly bars: readonly Bar[]; readonly most: number; readonly firstDay: string } {
  const numbers = days.map(({ date }) => Math.round(Date.parse(date) / DAY_MS));
  const last = numbers.at(-1) ?? 0;
  const first = Math.min(numbers[0] ?? 0, last - LEAST_DAYS + 1);
  const step = width / (last - first + 1);
  const totals = days.map((day) => series.reduce((sum, one) => sum + one.valueOf(day), 0));
  const most = Math.max(...totals, 0);
  const bars = days.flatMap((day, place) => {
    let ground = height;
    return series.map((one, layer) => {
      const tall = most === 0 ? 0 : (one.valueOf(day) / most) * height;
      ground -= tall;
      const x = ((numbers[place] ?? 0) - first) * step;
      return {
        key: `${day.date}/${layer}`,
        day,
        look: one.look,
        x: x + step * 0.1,
        y: ground,
        width: step * 0.8,
        height: tall,
      };
    });
  });
  const firstDay = new Date(first * DAY_MS).toISOString().slice(0, 10);
  return { bars: bars.filter((bar) => bar.height > 0), most, firstDay };
}
