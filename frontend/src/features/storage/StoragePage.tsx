import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { usePageTitle } from "../../components/usePageTitle";
import { formatPrice } from "../../format";
import { say } from "../../strings";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import { BudgetMeter } from "./BudgetMeter";
import { JobsTable } from "./JobsTable";
import styles from "./Storage.module.css";
import { SpendMeter } from "./SpendMeter";
import { StoredBar } from "./StoredBar";

/** What the person stores against the budget, by class and by job. */
export default function StoragePage() {
  usePageTitle(say.storage.title);
  const api = useApi();
  const usage = useQuery({
    queryKey: keys.usage,
    queryFn: ({ signal }) => api.account.readUsage({ signal }),
  });
  return (
    <div className={styles.page}>
      <header>
        <h1>{say.storage.title}</h1>
        <p className={styles.lead}>{say.storage.lead}</p>
      </header>
      {usage.isPending && <Skeleton lines={3} />}
      {usage.isLoadingError && <ErrorNotice error={usage.error} onRetry={() => void usage.refetch()} />}
      {usage.data && (
        <>
          <div className={styles.columns}>
            <section className={styles.panel}>
              <h2>{say.storage.budget}</h2>
              <BudgetMeter budget={usage.data.budget} />
            </section>
            <div className={styles.panel}>
              <SpendMeter limit={usage.data.spend_limit} />
            </div>
            <section className={styles.panel}>
              <h2>{say.storage.classes}</h2>
              <StoredBar stored={usage.data.stored} />
            </section>
          </div>
          <section className={styles.panel}>
            <h2>{say.storage.largest}</h2>
            <JobsTable jobs={usage.data.largest_jobs} />
          </section>
          <p className={styles.note}>
            {say.storage.prices(
              formatPrice(usage.data.prices.active_per_gb_month),
              formatPrice(usage.data.prices.archived_per_gb_month),
              usage.data.prices.archive_class,
            )}
          </p>
        </>
      )}
    </div>
  );
}
