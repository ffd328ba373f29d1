import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { JobStatus, JobSummary } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { formatAgo, formatSeconds } from "../../format";
import { say } from "../../strings";
import { Badge, type Tone } from "../../components/Badge";
import { Button } from "../../components/Button";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { BringBack, useUndelete } from "./BringBack";
import styles from "./JobCard.module.css";

const TONES: Record<JobStatus, Tone> = {
  preparing: "wait",
  ready: "neutral",
  failed: "bad",
  deleting: "neutral",
};

/** One job in the list. */
export function JobCard({ job }: { readonly job: JobSummary }) {
  const { hidden, remove } = useRemoval(job);
  if (hidden) return null;
  const isGoing = job.status === "deleting";
  return (
    <li className={styles.card}>
      <Link href={`/jobs/${job.job_id}`} className={styles.link}>
        <div className={styles.poster}>
          {job.poster_url && <img src={job.poster_url} alt="" loading="lazy" />}
          {job.duration_ms !== null && (
            <span className={styles.length}>{formatSeconds(job.duration_ms / 1000)}</span>
          )}
        </div>
        <h2 className={styles.title} dir="auto">
          {job.title}
        </h2>
      </Link>
      <p className={styles.facts}>
        {job.status !== "ready" && <Badge tone={TONES[job.status]}>{say.jobs.status[job.status]}</Badge>}
        <span>{say.jobs.clips(job.clip_count)}</span>
        <time dateTime={job.created_at}>{formatAgo(job.created_at)}</time>
        {isGoing && job.undelete_until !== null && <BringBack jobId={job.job_id} />}
        {!isGoing && (
          <Button
            size="small"
            look="quiet"
            className={styles.delete}
            aria-label={say.jobs.delete(job.title)}
            onClick={remove}
          >
            ×
          </Button>
        )}
      </p>
      {job.failure && <p className={styles.failure}>{job.failure}</p>}
    </li>
  );
}

/** Deletes at once; for some minutes the server can bring it back. */
function useRemoval(job: JobSummary): { hidden: boolean; remove: () => void } {
  const api = useApi();
  const queries = useQueryClient();
  const undelete = useUndelete();
  const [hidden, setHidden] = useState(false);
  const removal = useMutation({
    mutationFn: () => api.deleteJob(job.job_id),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.jobs }),
    onSuccess: () => {
      const undo = () => {
        setHidden(false);
        undelete.mutate(job.job_id);
      };
      // What was being prepared was dropped, and cannot be brought back.
      toast(say.jobs.deleted(job.title), job.status === "preparing" ? {} : { undo });
    },
    onError: (error) => {
      setHidden(false);
      toast(sentenceOf(error), { tone: "bad" });
    },
  });
  const remove = () => {
    setHidden(true);
    removal.mutate();
  };
  return { hidden, remove };
}
