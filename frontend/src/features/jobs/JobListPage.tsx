import { useInfiniteQuery } from "@tanstack/react-query";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { PageHeader } from "../../components/PageHeader";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import { FirstRun } from "./FirstRun";
import { JobCard } from "./JobCard";
import styles from "./JobListPage.module.css";
import { NewJob } from "./NewJob";

const PREPARING_LOOK_MS = 3000;

/** All jobs of the person, newest first. */
export default function JobListPage() {
  const api = useApi();
  const jobs = useInfiniteQuery({
    queryKey: keys.jobs,
    queryFn: ({ pageParam, signal }) => api.listJobs({ cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.cursor ?? undefined,
    refetchInterval: ({ state }) => {
      const found = state.data?.pages.flatMap((page) => page.jobs) ?? [];
      return found.some(({ status }) => status === "preparing" || status === "deleting") && PREPARING_LOOK_MS;
    },
  });
  const found = jobs.data?.pages.flatMap((page) => page.jobs) ?? [];
  return (
    <div className={styles.page} data-wide>
      <PageHeader title={say.jobs.title} lead={say.jobs.lead} />
      <NewJob />
      {jobs.isPending && <Skeleton lines={2} />}
      {jobs.isLoadingError && <ErrorNotice error={jobs.error} onRetry={() => void jobs.refetch()} />}
      {jobs.isSuccess && found.length === 0 && <FirstRun />}
      {found.length > 0 && (
        <ul className={styles.grid}>
          {found.map((job) => (
            <JobCard key={job.job_id} job={job} />
          ))}
        </ul>
      )}
      {jobs.hasNextPage && (
        <Button busy={jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()}>
          {say.app.more}
        </Button>
      )}
    </div>
  );
}
