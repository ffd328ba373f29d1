import type { TrendDay } from "../../api/schema";
import { formatBytes, formatDay, formatPrice } from "../../format";
import { say } from "../../strings";
import styles from "./TrendChart.module.css";
import { barsOf, type Series } from "./trend";

/** What was stored day by day, by class, and what that cost a month; a day without a measurement has no bar. */
export function TrendChart({ days }: { readonly days: readonly TrendDay[] }) {
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return <p className={styles.note}>{say.trend.none}</p>;
  const bytes: Series[] = [
    { look: styles.active, valueOf: (day) => day.active_bytes },
    { look: styles.archived, valueOf: (day) => day.archived_bytes },
  ];
  const cost: Series[] = [{ look: styles.active, valueOf: (day) => day.monthly_cost }];
  return (
    <div className={styles.trend}>
      <div className={styles.charts}>
        <Bars title={say.trend.bytes} days={days} series={bytes} format={formatBytes} />
        <Bars title={say.trend.cost} days={days} series={cost} format={formatPrice} />
      </div>
      <p className={styles.key}>
        <span className={styles.activeKey} /> {say.storage.active} <span className={styles.archivedKey} />{" "}
        {say.storage.archived}
      </p>
      <details>
        <summary>{say.trend.figures}</summary>
        <Figures days={days} />
      </details>
    </div>
  );
}

interface BarsProps {
  readonly title: string;
  readonly days: readonly TrendDay[];
  /** What is stacked, from the ground up. */
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}

const WIDTH = 600;
const HEIGHT = 140;

function Bars({ title, days, series, format }: BarsProps) {
  const { bars, most, firstDay } = barsOf(days, series, WIDTH, HEIGHT);
  const first = formatDay(firstDay);
  const last = formatDay(days.at(-1)?.date ?? firstDay);
  return (
    <figure className={styles.chart}>
      <figcaption>
        <strong>{title}</strong> <span>{format(most)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={say.trend.label(title, first, last)}
      >
        {bars.map(({ key, day, look, ...place }) => (
          <rect key={key} className={look} {...place}>
            <title>{`${formatDay(day.date)}: ${format(series.reduce((sum, one) => sum + one.valueOf(day), 0))}`}</title>
          </rect>
        ))}
      </svg>
      <p className={styles.axis} aria-hidden="true">
        <span>{first}</span>
        <span>{last}</span>
      </p>
    </figure>
  );
}

function Figures({ days }: { readonly days: readonly TrendDay[] }) {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={say.trend.figures}>
      <table className={styles.figures}>
        <thead>
          <tr>
            <th scope="col">{say.trend.day}</th>
            <th scope="col">{say.storage.active}</th>
            <th scope="col">{say.storage.archived}</th>
            <th scope="col">{say.trend.cost}</th>
          </tr>
        </thead>
        <tbody>
          {[...days].reverse().map((day) => (
            <tr key={day.date}>
              <th scope="row">{formatDay(day.date)}</th>
              <td>{formatBytes(day.active_bytes)}</td>
              <td>{formatBytes(day.archived_bytes)}</td>
              <td>{formatPrice(day.monthly_cost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
