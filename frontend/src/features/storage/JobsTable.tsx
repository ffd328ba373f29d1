import { Link } from "wouter";
import type { JobUsage } from "../../api/schema";
import { say } from "../../strings";
import styles from "./Storage.module.css";
import { UsageRow, UsageTable } from "./UsageTable";

interface JobsTableProps {
  readonly jobs: readonly JobUsage[];
  /** Whether the jobs are the reader's own, and can be opened. */
  readonly own?: boolean;
}

/** The jobs that store most, with a bar beside each. */
export function JobsTable({ jobs, own = true }: JobsTableProps) {
  if (jobs.length === 0) return <p className={styles.note}>{say.storage.none}</p>;
  const most = Math.max(...jobs.map((job) => job.stored.total.bytes), 1);
  return (
    <UsageTable of={say.storage.job}>
      {jobs.map((job) => (
        <UsageRow key={job.job_id} share={job.stored.total.bytes / most} usage={job.stored.total}>
          {own ? <Link href={`/jobs/${job.job_id}`}>{job.title}</Link> : job.title}
        </UsageRow>
      ))}
    </UsageTable>
  );
}
