import { PageHeader } from "../../components/PageHeader";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { EmptyNotice, ErrorNotice, Skeleton } from "../../components/Notice";
import { groupByJob } from "./order";
import { QueueCard } from "./QueueCard";
import styles from "./QueuePage.module.css";
import { ScheduleList } from "./ScheduleList";
import { isPending, useQueue, useSchedules } from "./useQueue";

/** Everything of the person that runs, waits or starts later, and what can be done about it. */
export default function QueuePage() {
  const schedules = useSchedules();
  const queue = useQueue(schedules.data?.schedules.some(isPending) ?? false);
  const groups = groupByJob(queue.data?.pages.flatMap((page) => page.entries) ?? []);
  return (
    <div className={styles.page}>
      <PageHeader title={say.queue.title} lead={say.queue.lead} />
      {queue.isPending && <Skeleton lines={3} />}
      {queue.isLoadingError && <ErrorNotice error={queue.error} onRetry={() => void queue.refetch()} />}
      {queue.isSuccess && groups.length === 0 && (
        <EmptyNotice title={say.queue.none}>{say.queue.noneWhy}</EmptyNotice>
      )}
      {groups.length > 0 && (
        <ul className={styles.groups}>
          {groups.map((group) => (
            <QueueCard key={group.jobId} group={group} />
          ))}
        </ul>
      )}
      {queue.hasNextPage && (
        <Button busy={queue.isFetchingNextPage} onClick={() => void queue.fetchNextPage()}>
          {say.app.more}
        </Button>
      )}
      <ScheduleList schedules={schedules} />
    </div>
  );
}
