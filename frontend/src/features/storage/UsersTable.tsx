import type { UserUsage } from "../../api/schema";
import { say } from "../../strings";
import styles from "./Storage.module.css";
import { UsageRow, UsageTable } from "./UsageTable";
import { UserLimits } from "./UserLimits";

/** The users that store most; how much of the budget that is stands beside each, and can be changed. */
export function UsersTable({ users }: { readonly users: readonly UserUsage[] }) {
  if (users.length === 0) return <p className={styles.note}>{say.storage.none}</p>;
  const most = Math.max(...users.map((user) => user.stored.total.bytes), 1);
  return (
    <UsageTable of={say.allStorage.user}>
      {users.map(({ budget, email, stored }) => (
        <UsageRow key={budget.user_id} share={stored.total.bytes / most} usage={stored.total}>
          <div className={styles.user}>
            <span>
              <span className={styles.id} title={budget.user_id}>
                {email ?? budget.user_id}
              </span>{" "}
              <span className={styles.note}>
                {say.storage.percent(budget.percent)}
                {budget.own_budget && `, ${say.allStorage.ownBudget}`}
              </span>
            </span>
            <UserLimits userId={budget.user_id} />
          </div>
        </UsageRow>
      ))}
    </UsageTable>
  );
}
