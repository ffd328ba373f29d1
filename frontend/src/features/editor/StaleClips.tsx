import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { BatchRequestModel, JobView } from "../../api/schema";
import { keys } from "../../api/queries";
import { useApi } from "../../auth/context";
import { formatClip, formatPrice } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/Notice";
import { CostEstimate } from "./CostEstimate";
import styles from "./StaleClips.module.css";

/**
 * Clips whose sources changed, and why. Nothing is made by itself: all are updated by one press that says
 * the price first, and a second one that starts it.
 */
export function StaleClips({ job }: { readonly job: JobView }) {
  const [asked, setAsked] = useState(false);
  const stale = job.clips.filter((clip) => clip.stale);
  if (stale.length === 0) return null;
  const places = new Set(stale.map(({ clip_index }) => clip_index));
  const also = job.update_order.filter((index) => !places.has(index));
  return (
    <section className={styles.stale} aria-labelledby="stale-clips">
      <h2 id="stale-clips">{say.stale.title(stale.length)}</h2>
      <p>{say.stale.why}</p>
      <ul>
        {stale.map(({ clip_id, clip_index, title, stale_reason }) => (
          <li key={clip_id}>
            <strong dir="auto">{formatClip(clip_index, title)}</strong> {stale_reason}
          </li>
        ))}
      </ul>
      {also.length > 0 && (
        <p>
          {say.stale.also(also.map((index) => formatClip(index, job.clips[index]?.title ?? "")).join(", "))}
        </p>
      )}
      {asked ? (
        <Update
          job={job}
          onClose={() => {
            setAsked(false);
          }}
        />
      ) : (
        <Button
          disabled={job.status !== "ready"}
          onClick={() => {
            setAsked(true);
          }}
        >
          {say.stale.update}
        </Button>
      )}
    </section>
  );
}

interface UpdateProps {
  readonly job: JobView;
  readonly onClose: () => void;
}

/** The price of the update, and the button that starts it. */
function Update({ job, onClose }: UpdateProps) {
  const api = useApi();
  const queries = useQueryClient();
  const key = useRef(crypto.randomUUID());
  const batch: BatchRequestModel = {
    clips: job.update_order.map((clip_index) => ({ clip_index, repeat: true })),
  };
  const estimate = useQuery({
    queryKey: keys.estimate(job.job_id, job.timeline_revision, batch),
    queryFn: ({ signal }) => api.estimateBatch(job.job_id, batch, { signal }),
  });
  const start = useMutation({
    mutationFn: () => api.regenerateClips(job.job_id, batch, key.current),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: keys.job(job.job_id) });
    },
  });
  return (
    <div className={styles.update} role="group" aria-label={say.stale.price}>
      <CostEstimate estimate={estimate} />
      {start.error && <ErrorNotice error={start.error} />}
      <div className={styles.actions}>
        <Button look="quiet" onClick={onClose}>
          {say.app.cancel}
        </Button>
        <Button
          look="primary"
          busy={start.isPending}
          disabled={!estimate.isSuccess}
          onClick={() => {
            start.mutate();
          }}
        >
          {say.stale.confirm(
            job.update_order.length,
            formatPrice(estimate.data?.estimated_total_cost ?? null),
          )}
        </Button>
      </div>
    </div>
  );
}
