import { useEffect, useEffectEvent, useState } from "react";
import type { BatchStatus, BatchView, JobView } from "../../api/schema";
import type { Connection } from "../../api/events";
import { notify } from "../../components/notifications";
import { toast } from "../../components/toasts";
import { usePageIsSeen } from "../../components/usePageIsSeen";
import { say } from "../../strings";
import { useBatch } from "./useJob";

interface BatchReport {
  /** The batch that runs. */
  readonly running: BatchView | undefined;
  /** Whether one has ended while the page was in the background. */
  readonly isNews: boolean;
}

/**
 * Follow the batch that runs to its end, and report the end once: at the foot of the page, and by `isNews`
 * until the page is seen, for the title of its tab.
 */
export function useBatchReport(job: JobView, connection: Connection): BatchReport {
  const active = job.active_batch_id;
  const [followed, setFollowed] = useState(active);
  const [reported, setReported] = useState<string | null>(null);
  if (active !== null && active !== followed) setFollowed(active);
  const batch = useBatch(job.job_id, followed, connection).data;
  const seen = usePageIsSeen();
  const [isNews, setNews] = useState(false);
  if (seen && isNews) setNews(false);

  const ended = active === null && batch !== undefined && isEnded(batch.status) ? batch.status : null;
  const news = ended === null ? null : `${followed ?? ""} ${ended}`; // one that was held ends later, too
  if (news !== null && news !== reported) {
    setReported(news);
    if (!seen) setNews(true);
  }
  const title = say.batch.title(batch?.queue_number ?? 0);
  const report = useEffectEvent((status: EndedStatus) => {
    const isBad = status === "failed" || status === "held";
    toast(say.batch.ended[status](title), { tone: isBad ? "bad" : "neutral" });
    if (!seen) notify(job.title, say.batch.ended[status](title), followed ?? "");
  });
  useEffect(() => {
    if (ended !== null) report(ended);
  }, [ended, followed]);
  return { running: active === null ? undefined : batch, isNews };
}

type EndedStatus = keyof typeof say.batch.ended;

function isEnded(status: BatchStatus): status is EndedStatus {
  return status in say.batch.ended;
}
