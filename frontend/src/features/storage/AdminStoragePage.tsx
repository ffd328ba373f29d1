import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import type { StorageReportView } from "../../api/schema";
import { formatBytes, formatPrice } from "../../format";
import { say } from "../../strings";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import { Columns, Panel, PanelPage } from "../../components/PanelPage";
import { ArchiveBill } from "./ArchiveBill";
import { JobsTable } from "./JobsTable";
import styles from "./Storage.module.css";
import { StoredBar } from "./StoredBar";
import { TrendChart } from "./TrendChart";
import { UsersTable } from "./UsersTable";

/** What everybody stores, who stores most, and what archiving saves; for admins. */
export default function AdminStoragePage() {
  const api = useApi();
  const report = useQuery({
    queryKey: keys.storageReport,
    queryFn: ({ signal }) => api.account.readStorageReport({ signal }),
  });
  return (
    <PanelPage title={say.allStorage.title} lead={say.allStorage.lead}>
      {report.isPending && <Skeleton lines={4} />}
      {report.isLoadingError && <ErrorNotice error={report.error} onRetry={() => void report.refetch()} />}
      {report.data && <Report report={report.data} />}
    </PanelPage>
  );
}

function Report({ report }: { readonly report: StorageReportView }) {
  return (
    <>
      <Columns>
        <Panel title={say.storage.classes}>
          <StoredBar stored={report.stored} />
        </Panel>
        <Archiving report={report} />
      </Columns>
      <Panel title={say.trend.title}>
        <TrendChart days={report.trend} />
      </Panel>
      <Columns>
        <Panel title={say.allStorage.users}>
          <UsersTable users={report.users} />
        </Panel>
        <Panel title={say.allStorage.jobs}>
          <JobsTable jobs={report.jobs} own={false} />
        </Panel>
      </Columns>
      <ArchiveBill bill={report.bill} />
    </>
  );
}

function Archiving({ report: { archiving, policy } }: { readonly report: StorageReportView }) {
  const facts = [
    [
      say.allStorage.saved,
      `${formatBytes(archiving.active_bytes_saved)}, ${say.allStorage.savedOf(archiving.active_saved_percent, archiving.target_percent)}`,
    ],
    [say.allStorage.smaller, `${archiving.compressed_percent.toFixed(1)} %`],
    [say.allStorage.inStandard, formatPrice(archiving.monthly_cost_in_standard)],
    [say.allStorage.inArchive, formatPrice(archiving.monthly_cost_in_archive)],
    [say.allStorage.archiveAfter, say.allStorage.days(policy.archive_after_days)],
    [say.allStorage.deleteAfter, say.allStorage.days(policy.delete_after_days)],
    [say.allStorage.versions, String(policy.max_active_versions)],
  ] as const;
  return (
    <Panel title={say.allStorage.archiving}>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
