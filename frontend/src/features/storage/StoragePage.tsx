import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { formatPrice } from "../../format";
import { say } from "../../strings";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import { Columns, Panel, PanelPage } from "../../components/PanelPage";
import { BudgetMeter } from "./BudgetMeter";
import { JobsTable } from "./JobsTable";
import styles from "./Storage.module.css";
import { SpendMeter } from "./SpendMeter";
import { StoredBar } from "./StoredBar";

/** What the person stores against the budget, by class and by job. */
export default function StoragePage() {
  const api = useApi();
  const usage = useQuery({
    queryKey: keys.usage,
    queryFn: ({ signal }) => api.account.readUsage({ signal }),
  });
  return (
    <PanelPage title={say.storage.title} lead={say.storage.lead}>
      {usage.isPending && <Skeleton lines={3} />}
      {usage.isLoadingError && <ErrorNotice error={usage.error} onRetry={() => void usage.refetch()} />}
      {usage.data && (
        <>
          <Columns>
            <Panel title={say.storage.budget}>
              <BudgetMeter budget={usage.data.budget} />
            </Panel>
            <Panel>
              <SpendMeter limit={usage.data.spend_limit} />
            </Panel>
            <Panel title={say.storage.classes}>
              <StoredBar stored={usage.data.stored} />
            </Panel>
          </Columns>
          <Panel title={say.storage.largest}>
            <JobsTable jobs={usage.data.largest_jobs} />
          </Panel>
          <p className={styles.note}>
            {say.storage.prices(
              formatPrice(usage.data.prices.active_per_gb_month),
              formatPrice(usage.data.prices.archived_per_gb_month),
              usage.data.prices.archive_class,
            )}
          </p>
        </>
      )}
    </PanelPage>
  );
}
