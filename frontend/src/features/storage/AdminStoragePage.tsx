import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { usePageTitle } from "../../components/usePageTitle";
import type { StorageReportView } from "../../api/schema";
import { formatBytes, formatPrice } from "../../format";
import { say } from "../../strings";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import { ArchiveBill } from "./ArchiveBill";
import { JobsTable } from "./JobsTable";
import styles from "./Storage.module.css";
import { StoredBar } from "./StoredBar";
import { TrendChart } from "./TrendChart";
import { UsersTable } from "./UsersTable";

/** What everybody stores, who stores most, and what archiving saves; for admins. */
export default function AdminStoragePage() {
  usePageTitle(say.allStorage.title);
  const api = useApi();
  const report = useQuery({
    queryKey: keys.storageReport,
    queryFn: ({ signal }) => api.account.readStorageReport({ signal }),
  });
  return (
    <div className={styles.page}>
      <header>
        <h1>{say.allStorage.title}</h1>
        <p className={styles.lead}>{say.allStorage.lead}</p>
      </header>
      {report.isPending && <Skeleton lines={4} />}
      {report.isLoadingError && <ErrorNotice error={report.error} onRetry={() => void report.refetch()} />}
      {report.data && <Report report={report.data} />}
    </div>
  );
}

function Report({ report }: { readonly report: StorageReportView }) {
  return (
    <>
      <div className={styles.columns}>
        <section className={styles.panel}>
          <h2>{say.storage.classes}</h2>
          <StoredBar stored={report.stored} />
        </section>
        <Archiving report={report} />
      </div>
      <section className={styles.panel}>
        <h2>{say.trend.title}</h2>
        <TrendChart days={report.trend} />
      </section>
      <div className={styles.columns}>
        <section className={styles.panel}>
          <h2>{say.allStorage.users}</h2>
          <UsersTable users={report.users} />
        </section>
        <section className={styles.panel}>
          <h2>{say.allStorage.jobs}</h2>
          <JobsTable jobs={report.jobs} own={false} />
        </section>
      </div>
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
    <section className={styles.panel}>
      <h2>{say.allStorage.archiving}</h2>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
