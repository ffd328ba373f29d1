import type { BillView } from "../../api/schema";
import { formatBytes } from "../../format";
import { say } from "../../strings";
import { Panel } from "../../components/PanelPage";
import styles from "./Storage.module.css";

// A take costs thousandths of a cent a month: the usual four places would show nothing.
const small = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumSignificantDigits: 3,
});

const LINES = [
  "before_archiving",
  "waiting_for_transition",
  "in_archive_class",
  "early_deletion",
  "requests",
  "compute",
  "restore",
] as const;

/** Every charge that archiving one take brings, beside what leaving it would cost. */
export function ArchiveBill({ bill }: { readonly bill: BillView }) {
  return (
    <Panel title={say.allStorage.bill}>
      <p className={styles.note}>{say.allStorage.billWhy(formatBytes(bill.take_bytes))}</p>
      {bill.warnings.map((warning) => (
        <p key={warning} className={styles.warning}>
          {warning}
        </p>
      ))}
      <dl className={styles.facts}>
        {LINES.filter((line) => bill[line] > 0).map((line) => (
          <div key={line}>
            <dt>{say.allStorage.lines[line]}</dt>
            <dd>{small.format(bill[line])}</dd>
          </div>
        ))}
        <div className={styles.sum}>
          <dt>{say.storage.total}</dt>
          <dd>{small.format(bill.total)}</dd>
        </div>
        <div>
          <dt>{say.allStorage.left}</dt>
          <dd>{small.format(bill.left_in_standard)}</dd>
        </div>
        <div className={styles.sum}>
          <dt>{say.allStorage.saving}</dt>
          <dd>{small.format(bill.saving)}</dd>
        </div>
      </dl>
    </Panel>
  );
}
