import type { ReactNode } from "react";
import { Link } from "wouter";
import type { JobUsage } from "../../api/schema";
import { formatBytes, formatPrice } from "../../format";
import { say } from "../../strings";
import styles from "./Storage.module.css";

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
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{say.storage.job}</th>
          <td />
          <th scope="col">{say.storage.size}</th>
          <th scope="col">{say.storage.cost}</th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <UsageRow key={job.job_id} share={job.stored.total.bytes / most} usage={job.stored.total}>
            {own ? <Link href={`/jobs/${job.job_id}`}>{job.title}</Link> : job.title}
          </UsageRow>
        ))}
      </tbody>
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
