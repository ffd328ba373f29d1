import type { CostBreakdown } from "../api/schema";
import { formatPrice, formatSeconds } from "../format";
import { say } from "../strings";
import styles from "./CostTable.module.css";

/** Each clip's cost with its duration, the subtotal, the discount where there is one, the total. */
export function CostTable({ cost }: { readonly cost: CostBreakdown }) {
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">{say.cost.title}</caption>
      <thead>
        <tr>
          <th scope="col">{say.cost.clip}</th>
          <th scope="col">{say.cost.duration}</th>
          <th scope="col" className={styles.money}>
            {say.cost.cost}
          </th>
        </tr>
      </thead>
      <tbody>
        {cost.clips.map((clip) => (
          <tr key={`${String(clip.clip_index)}/${String(clip.take)}`}>
            <th scope="row">{say.job.take(clip)}</th>
            <td>{formatSeconds(clip.duration_s)}</td>
            <td className={styles.money}>{formatPrice(clip.cost)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>
            {say.cost.subtotal}
          </th>
          <td className={styles.money}>{formatPrice(cost.subtotal)}</td>
        </tr>
        {cost.discount !== null && cost.discount > 0 && (
          <tr>
            <th scope="row" colSpan={2}>
              {say.cost.discount(Math.round(cost.discount_rate * 100))}
            </th>
            <td className={styles.money}>−{formatPrice(cost.discount)}</td>
          </tr>
        )}
        <tr className={styles.total}>
          <th scope="row" colSpan={2}>
            {say.cost.total}
          </th>
          <td className={styles.money}>{formatPrice(cost.total)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
