import type { CostBreakdown } from "../../api/schema";
import { formatPrice, formatSeconds } from "../../format";
import { say } from "../../strings";
import { OneLine } from "../../components/OneLine";
import styles from "./CostTable.module.css";

const MOST_ROWS = 6;

/** Each clip's cost with its duration, the subtotal, the discount where there is one, the total. */
export function CostTable({ cost }: { readonly cost: CostBreakdown }) {
  const isLong = cost.clips.length > MOST_ROWS;
  const clips = <Clips cost={cost} />;
  return (
    <>
      {isLong && (
        <details className={styles.folded}>
          <summary>{say.selector.breakdown(cost.clips.length)}</summary>
          <div className={styles.scroll} tabIndex={0} role="region" aria-label={say.cost.title}>
            <table className={styles.table}>{clips}</table>
          </div>
        </details>
      )}
      <table className={styles.table}>
        <caption className="visually-hidden">{say.cost.title}</caption>
        {!isLong && clips}
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
    </>
  );
}

function Clips({ cost }: { readonly cost: CostBreakdown }) {
  return (
    <>
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
            <th scope="row" className={styles.name}>
              <OneLine>{say.job.take(clip)}</OneLine>
            </th>
            <td>{formatSeconds(clip.duration_s)}</td>
            <td className={styles.money}>{formatPrice(clip.cost)}</td>
          </tr>
        ))}
      </tbody>
    </>
  );
}
