import type { BudgetView } from "../../api/schema";
import { formatBytes } from "../../format";
import { say } from "../../strings";
import { ProgressBar } from "../../components/ProgressBar";
import styles from "./Storage.module.css";

const NEAR_PERCENT = 80;

/** How much of a budget is used, and what that means. */
export function BudgetMeter({ budget }: { readonly budget: BudgetView }) {
  const { used_bytes, budget_bytes, percent } = budget;
  const full = percent >= 100;
  return (
    <div className={styles.meter}>
      <p className={styles.figure}>{say.storage.used(formatBytes(used_bytes), formatBytes(budget_bytes))}</p>
      <ProgressBar
        label={say.storage.budget}
        percent={Math.min(100, percent)}
        tone={full ? "bad" : "accent"}
      />
      <p className={styles.note}>{say.storage.percent(percent)}</p>
      {percent >= NEAR_PERCENT && (
        <p className={styles.warning}>{full ? say.storage.full : say.storage.near}</p>
      )}
    </div>
  );
}
