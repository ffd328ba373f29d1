import type { ReactNode } from "react";
import { formatBytes, formatPrice } from "../../format";
import { say } from "../../strings";
import styles from "./Storage.module.css";

interface UsageTableProps {
  /** What each row is about, at the head of its column. */
  readonly of: string;
  readonly children: ReactNode;
}

/** A table of who or what stores most: its rows are `UsageRow`s. */
export function UsageTable({ of, children }: UsageTableProps) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{of}</th>
          <td />
          <th scope="col">{say.storage.size}</th>
          <th scope="col">{say.storage.cost}</th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

interface UsageRowProps {
  readonly children: ReactNode;
  /** Length of the bar, from 0 to 1. */
  readonly share: number;
  readonly usage: { readonly bytes: number; readonly monthly_cost: number };
}

/** Who or what, a bar, bytes and dollars. */
export function UsageRow({ children, share, usage }: UsageRowProps) {
  return (
    <tr>
      <th scope="row">{children}</th>
      <td className={styles.chart} aria-hidden="true">
        <span style={{ inlineSize: `${share * 100}%` }} />
      </td>
      <td>{formatBytes(usage.bytes)}</td>
      <td>{formatPrice(usage.monthly_cost)}</td>
    </tr>
  );
}
