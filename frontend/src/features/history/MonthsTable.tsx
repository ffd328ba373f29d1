import type { MonthSpending } from "../../api/schema";
import { formatMonth, formatPrice } from "../../format";
import { say } from "../../strings";
import styles from "./HistoryPage.module.css";

/** What was charged in each of the last months. */
export function MonthsTable({ months }: { readonly months: readonly MonthSpending[] }) {
  // On one machine nothing is paid for but what providers charge.
  const isPaid = months.some(({ platform_cost }) => platform_cost !== null);
  return (
    <table className={styles.months}>
      <caption className="visually-hidden">{say.history.months}</caption>
      <thead>
        <tr>
          <th scope="col">{say.history.month}</th>
          <th scope="col">{say.history.takes}</th>
          <th scope="col">{say.history.reserved}</th>
          <th scope="col">{say.history.charged}</th>
          {isPaid && <th scope="col">{say.history.platform}</th>}
        </tr>
      </thead>
      <tbody>
        {months.map(({ month, takes, reserved, charged, platform_cost }) => (
          <tr key={month}>
            <th scope="row">{formatMonth(month)}</th>
            <td>{takes}</td>
            <td>{formatPrice(reserved)}</td>
            <td>{formatPrice(charged)}</td>
            {isPaid && <td>{formatPrice(platform_cost)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
