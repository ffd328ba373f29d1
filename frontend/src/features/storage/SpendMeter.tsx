import type { SpendLimitView } from "../../api/schema";
import { formatMonth, formatPrice } from "../../format";
import { say } from "../../strings";
import { ProgressBar } from "../../components/ProgressBar";
import styles from "./Storage.module.css";

const NEAR_PERCENT = 80;

/** What is spent this month, what of it is only reserved yet, and how much is left. */
export function SpendMeter({ limit: seen }: { readonly limit: SpendLimitView }) {
  const { month, limit, spent, reserved, left } = seen;
  const committed = spent + reserved;
  const percent = limit === null ? null : limit <= 0 ? 100 : Math.min(100, (100 * committed) / limit);
  const full = left !== null && left <= 0;
  return (
    <section className={styles.meter}>
      <h2>{say.spending.title(formatMonth(month))}</h2>
      <p className={styles.figure}>
        {limit === null
          ? say.spending.noLimit(formatPrice(committed))
          : say.spending.of(formatPrice(committed), formatPrice(limit))}
      </p>
      {percent !== null && (
        <ProgressBar label={say.spending.label} percent={percent} tone={full ? "bad" : "accent"} />
      )}
      <p className={styles.note}>
        {reserved > 0 && `${say.spending.reserved(formatPrice(reserved))} `}
        {left !== null && say.spending.left(formatPrice(Math.max(0, left)))}
      </p>
      {percent !== null && percent >= NEAR_PERCENT && (
        <p className={styles.warning}>{full ? say.spending.full : say.spending.near}</p>
      )}
    </section>
  );
}
