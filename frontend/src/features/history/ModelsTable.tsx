import type { ModelSpending } from "../../api/schema";
import { formatPrice } from "../../format";
import { say } from "../../strings";
import { FigureTable } from "./FigureTable";

/** What each model cost this month: by its price, and as the provider reports it where it does. */
export function ModelsTable({ models }: { readonly models: readonly ModelSpending[] }) {
  const texts = say.history;
  return (
    <FigureTable
      caption={texts.byModel}
      columns={[texts.model, texts.takes, texts.cost, texts.byProvider]}
      rows={models.map(({ model, succeeded, generations, cost, reported, reported_cost, provider_cost }) => [
        model,
        texts.of(succeeded, generations),
        formatPrice(cost),
        reported === 0 ? texts.saysNone : texts.said(formatPrice(provider_cost), formatPrice(reported_cost)),
      ])}
    />
  );
}
