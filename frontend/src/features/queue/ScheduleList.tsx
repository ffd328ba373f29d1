import { useMutation, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { Link } from "wouter";
import type { ScheduleList as Schedules, ScheduleStatus, ScheduleView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { formatMoment, formatPrice } from "../../format";
import { say } from "../../strings";
import { Badge, type Tone } from "../../components/Badge";
import { ConfirmButton } from "../../components/Confirm";
import { ErrorNotice, sentenceOf, Skeleton } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { titleOf } from "./scheduled";
import styles from "./ScheduleList.module.css";

const TONES: Record<ScheduleStatus, Tone> = {
  scheduled: "accent",
  starting: "accent",
  started: "good",
  failed: "bad",
  cancelled: "neutral",
};

/** What starts at a time, and what became of what was to start. */
export function ScheduleList({ schedules }: { readonly schedules: UseQueryResult<Schedules> }) {
  return (
    <section className={styles.schedules} aria-labelledby="schedules">
      <h2 id="schedules">{say.schedules.title}</h2>
      {schedules.isPending && <Skeleton lines={1} />}
      {schedules.isLoadingError && (
        <ErrorNotice error={schedules.error} onRetry={() => void schedules.refetch()} />
      )}
      {schedules.data?.schedules.length === 0 && <p className={styles.none}>{say.schedules.none}</p>}
      <ul>
        {schedules.data?.schedules.map((schedule) => (
          <Schedule key={schedule.schedule_id} schedule={schedule} />
        ))}
      </ul>
    </section>
  );
}

function Schedule({ schedule }: { readonly schedule: ScheduleView }) {
  const { at, kind, status, reason, estimated_cost, job_id: jobId } = schedule;
  const title = titleOf(schedule);
  const place = jobId !== null ? `/jobs/${jobId}` : status === "started" ? "/my-videos" : null;
  return (
    <li className={styles.schedule}>
      <time dateTime={at}>{formatMoment(at)}</time>
      <p className={styles.what}>
        <span className={styles.title} dir="auto">
          {title}
        </span>
        <span className={styles.facts}>
          {say.schedules.kinds[kind]}, {say.schedules.upTo(formatPrice(estimated_cost))}
        </span>
        {reason && <span className={styles.reason}>{reason}</span>}
      </p>
      <span className={styles.state}>
        <Badge tone={TONES[status]}>{say.schedules.status[status]}</Badge>
        {place && (
          <Link href={place} aria-label={`${say.schedules.open} ${title}`}>
            {say.schedules.open}
          </Link>
        )}
        {status === "scheduled" && <CancelSchedule schedule={schedule} title={title} />}
      </span>
    </li>
  );
}

function CancelSchedule({ schedule, title }: { readonly schedule: ScheduleView; readonly title: string }) {
  const api = useApi();
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.queue.cancelSchedule(schedule.schedule_id),
    onSuccess: () => {
      toast(say.schedules.cancelled(title));
    },
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.schedules }),
  });
  return (
    <ConfirmButton
      size="small"
      aria-label={say.schedules.cancel(title)}
      busy={cancel.isPending}
      question={say.queue.cancelQuestion(title)}
      no={say.queue.keep}
      yes={say.schedules.cancel(title)}
      onYes={() => {
        cancel.mutate();
      }}
    >
      {say.app.cancel}
    </ConfirmButton>
  );
}
