import type { UseQueryResult } from "@tanstack/react-query";
import type { EstimateView } from "../../api/schema";
import { formatClip, formatDate, formatPrice, formatWait } from "../../format";
import { say } from "../../strings";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import styles from "./CostEstimate.module.css";
import { CostTable } from "./CostTable";

/** What regenerating the selected clips will cost, how long it takes, and which takes it archives. */
export function CostEstimate({ estimate }: { readonly estimate: UseQueryResult<EstimateView> }) {
  if (estimate.isPending) return <Skeleton lines={1} />;
  if (estimate.isLoadingError)
    return <ErrorNotice error={estimate.error} onRetry={() => void estimate.refetch()} />;
  const { cost_breakdown, estimated_total_time, platform_cost, archives, warnings } = estimate.data;
  return (
    <section className={styles.estimate} aria-label={say.cost.title} aria-busy={estimate.isPlaceholderData}>
      <CostTable cost={cost_breakdown} />
      <p className={styles.note}>
        {say.cost.time(formatWait(estimated_total_time))} {say.cost.onlySuccesses}
        {platform_cost !== null && ` ${say.cost.platform(formatPrice(platform_cost))}`}
      </p>
      {archives.length + warnings.length > 0 && (
        <ul className={styles.archives}>
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
          {archives.map((notice) => (
            <li key={`${notice.clip_index}-${notice.version_number}`}>
              {say.cost.archives(
                formatClip(notice.clip_index, notice.clip_title),
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
