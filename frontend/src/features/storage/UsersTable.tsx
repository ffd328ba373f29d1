import type { UserUsage } from "../../api/schema";
import { say } from "../../strings";
import { UsageRow } from "./JobsTable";
import styles from "./Storage.module.css";
import { UserLimits } from "./UserLimits";

/** The users that store most; how much of the budget that is stands beside each, and can be changed. */
export function UsersTable({ users }: { readonly users: readonly UserUsage[] }) {
  if (users.length === 0) return <p className={styles.note}>{say.storage.none}</p>;
  const most = Math.max(...users.map((user) => user.stored.total.bytes), 1);
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{say.allStorage.user}</th>
          <td />
          <th scope="col">{say.storage.size}</th>
          <th scope="col">{say.storage.cost}</th>
        </tr>
      </thead>
      <tbody>
        {users.map(({ budget, email, stored }) => (
          <UsageRow key={budget.user_id} share={stored.total.bytes / most} usage={stored.total}>
            <span className={styles.id} title={budget.user_id}>
              {email ?? budget.user_id}
            </span>{" "}
            <span className={styles.note}>
              {say.storage.percent(budget.percent)}
              {budget.own_budget && `, ${say.allStorage.ownBudget}`}
            </span>{" "}
            <UserLimits userId={budget.user_id} />
          </UsageRow>
        ))}
      </tbody>
    </table>
  );
}
