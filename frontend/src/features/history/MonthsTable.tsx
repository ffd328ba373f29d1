import type { MonthSpending } from "../../api/schema";
import { formatMonth, formatPrice } from "../../format";
import { say } from "../../strings";
import { FigureTable } from "./FigureTable";

/** What was charged in each of the last months. */
export function MonthsTable({ months }: { readonly months: readonly MonthSpending[] }) {
  const texts = say.history;
  // On one machine nothing is paid for but what providers charge.
  const isPaid = months.some(({ platform_cost }) => platform_cost !== null);
  return (
    <FigureTable
      caption={texts.months}
      columns={[texts.month, texts.takes, texts.reserved, texts.charged, ...(isPaid ? [texts.platform] : [])]}
      rows={months.map(({ month, takes, reserved, charged, platform_cost }) => [
        formatMonth(month),
        takes,
        formatPrice(reserved),
        formatPrice(charged),
        ...(isPaid ? [formatPrice(platform_cost)] : []),
      ])}
    />
  );
}
