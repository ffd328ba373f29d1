import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { BatchRequestModel, ClipView, JobView } from "../api/schema";
import { useApi } from "../app/context";
import { keys } from "../app/queries";
import { formatDate, formatWait } from "../format";
import { say } from "../strings";
import { ErrorNotice, Skeleton } from "../ui/Notice";
import styles from "./CostEstimate.module.css";
import { CostTable } from "./CostTable";

// The price depends on the clips alone, and is to be seen before anything is written; the API prices
// whole requests only.
const ANY_INSTRUCTION = "price only";

interface CostEstimateProps {
  readonly job: JobView;
  readonly clips: readonly ClipView[];
  readonly choices: Pick<BatchRequestModel, "takes" | "model">;
}

/** What regenerating the selected clips will cost, how long it takes, and which takes it archives. */
export function CostEstimate({ job, clips, choices }: CostEstimateProps) {
  const api = useApi();
  const batch: BatchRequestModel = {
    instruction: ANY_INSTRUCTION,
    clips: clips.map(({ clip_index }) => ({ clip_index })),
    ...choices,
  };
  const estimate = useQuery({
    queryKey: keys.estimate(job.job_id, job.timeline_revision, batch),
    queryFn: ({ signal }) => api.estimateBatch(job.job_id, batch, { signal }),
    placeholderData: keepPreviousData,
  });
  if (estimate.isPending) return <Skeleton lines={1} />;
  if (estimate.isLoadingError)
    return <ErrorNotice error={estimate.error} onRetry={() => void estimate.refetch()} />;
  const { cost_breakdown, estimated_total_time, archives, warnings } = estimate.data;
  return (
    <section className={styles.estimate} aria-label={say.cost.title} aria-busy={estimate.isPlaceholderData}>
      <CostTable cost={cost_breakdown} />
      <p className={styles.note}>
        {say.cost.time(formatWait(estimated_total_time))} {say.cost.onlySuccesses}
      </p>
      {archives.length + warnings.length > 0 && (
        <ul className={styles.archives}>
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
          {archives.map((notice) => (
            <li key={`${notice.clip_index}-${notice.version_number}`}>
              {say.cost.archives(
                notice.clip_index,
                notice.version_number,
                notice.version_id === null,
                formatDate(notice.restorable_until),
                notice.min_vmaf,
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
