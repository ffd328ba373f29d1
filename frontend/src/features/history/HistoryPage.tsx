import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "wouter";
import type { GenerationFilter } from "../../api/AccountApi";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { PageHeader } from "../../components/PageHeader";
import { SpendMeter } from "../storage/SpendMeter";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { EmptyNotice, ErrorNotice, Skeleton } from "../../components/Notice";
import { GenerationRow } from "./GenerationRow";
import { HistoryFilters } from "./HistoryFilters";
import styles from "./HistoryPage.module.css";
import { ModelsTable } from "./ModelsTable";
import { MonthsTable } from "./MonthsTable";
import { useGenerations } from "./useGenerations";

const FILTERS = ["status", "kind", "model", "month"] as const;

/** What was ever generated: how it ended, why not, what it cost; and what each month cost. */
export default function HistoryPage() {
  const api = useApi();
  const usage = useQuery({
    queryKey: keys.usage,
    queryFn: ({ signal }) => api.account.readUsage({ signal }),
  });
  const [search, setSearch] = useSearchParams();
  const filter: GenerationFilter = Object.fromEntries(
    FILTERS.map((name) => [name, search.get(name) ?? undefined]),
  );
  const setFilter = (next: GenerationFilter) => {
    const given = FILTERS.map((name) => [name, next[name] ?? ""]);
    setSearch(
      given.filter(([, value]) => value !== ""),
      { replace: true },
    );
  };
  const months = usage.data?.spending ?? [];
  return (
    <div className={styles.page}>
      <PageHeader title={say.history.title} lead={say.history.lead} />
      <div className={styles.money}>
        {usage.isPending && <Skeleton lines={1} />}
        {usage.isLoadingError && <ErrorNotice error={usage.error} onRetry={() => void usage.refetch()} />}
        {usage.data && <SpendMeter limit={usage.data.spend_limit} />}
        {months.length > 0 && <MonthsTable months={months} />}
        {usage.data && usage.data.models.length > 0 && <ModelsTable models={usage.data.models} />}
      </div>
      {/* Read beside the figures, and shown once those have their height. */}
      <div className={styles.generations} hidden={usage.isPending}>
        <HistoryFilters filter={filter} months={months.map(({ month }) => month)} onChange={setFilter} />
        <Generations filter={filter} />
      </div>
    </div>
  );
}

function Generations({ filter }: { readonly filter: GenerationFilter }) {
  const generations = useGenerations(filter);
  const found = generations.data?.pages.flatMap((page) => page.generations) ?? [];
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if (generations.isPending) return <Skeleton lines={4} />;
  if (generations.isLoadingError)
    return <ErrorNotice error={generations.error} onRetry={() => void generations.refetch()} />;
  if (found.length === 0)
    return isFiltered ? (
      <EmptyNotice title={say.history.noneFound} />
    ) : (
      <EmptyNotice title={say.history.none}>{say.history.noneWhy}</EmptyNotice>
    );
  return (
    <>
      <ol className={styles.list} aria-label={say.history.list} aria-busy={generations.isPlaceholderData}>
        {found.map((generation) => (
          <GenerationRow key={generation.regeneration_id} generation={generation} />
        ))}
      </ol>
      {generations.hasNextPage && (
        <Button busy={generations.isFetchingNextPage} onClick={() => void generations.fetchNextPage()}>
          {say.app.more}
        </Button>
      )}
    </>
  );
}
