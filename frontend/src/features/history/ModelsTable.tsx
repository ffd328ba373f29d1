import type { ModelSpending } from "../../api/schema";
import { formatPrice } from "../../format";
import { say } from "../../strings";
import styles from "./HistoryPage.module.css";

/** What each model cost this month: by its price, and by the provider's own word where it says one. */
export function ModelsTable({ models }: { readonly models: readonly ModelSpending[] }) {
  return (
    <table className={styles.months}>
      <caption className="visually-hidden">{say.history.byModel}</caption>
      <thead>
        <tr>
          <th scope="col">{say.history.model}</th>
          <th scope="col">{say.history.takes}</th>
          <th scope="col">{say.history.cost}</th>
          <th scope="col">{say.history.byProvider}</th>
        </tr>
      </thead>
      <tbody>
        {models.map(({ model, succeeded, generations, cost, reported, reported_cost, provider_cost }) => (
          <tr key={model}>
            <th scope="row">{model}</th>
            <td>{say.history.of(succeeded, generations)}</td>
            <td>{formatPrice(cost)}</td>
            <td>
              {reported === 0
                ? say.history.saysNone
                : say.history.said(formatPrice(provider_cost), formatPrice(reported_cost))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
