import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { JobView, RemovedClipView } from "../../api/schema";
import { keys } from "../../api/queries";
import { useApi } from "../../auth/context";
import { formatAgo, formatBytes, formatSeconds } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Confirm";
import { sentenceOf } from "../../components/Notice";
import { OneLine } from "../../components/OneLine";
import { toast } from "../../components/toasts";
import { canReorder } from "./timeline";
import styles from "./RemovedClips.module.css";
import type { useTimelineChange } from "./useTimelineChange";

interface RemovedClipsProps {
  readonly job: JobView;
  readonly change: ReturnType<typeof useTimelineChange>;
}

/** The clips that were taken out of the timeline; each can be put back with all its takes, or deleted. */
export function RemovedClips({ job, change }: RemovedClipsProps) {
  const api = useApi();
  const removed = useQuery({
    queryKey: keys.removed(job.job_id), // read again with the job, where an event or a change says so
    queryFn: ({ signal }) => api.timeline.listRemoved(job.job_id, { signal }),
    enabled: job.status === "ready",
  });
  const deletion = useDeletion(job.job_id);
  const [doubtful, setDoubtful] = useState<RemovedClipView | null>(null);
  const clips = removed.data?.clips ?? [];
  if (clips.length === 0) return null;
  return (
    <details className={styles.removed}>
      <summary>{say.removed.title(clips.length)}</summary>
      <ul className={styles.list}>
        {clips.map((clip) => (
          <li key={clip.clip_id} className={styles.clip}>
            <span className={styles.picture}>
              {clip.thumbnail_url && <img src={clip.thumbnail_url} alt="" loading="lazy" />}
            </span>
            <OneLine>{clip.title}</OneLine>
            <span className={styles.info}>
              {say.job.clipInfo(formatSeconds(clip.duration_ms / 1000), clip.version_count)} ·{" "}
              {formatBytes(clip.size_bytes)}
              {clip.removed_at && ` · ${formatAgo(clip.removed_at)}`}
            </span>
            <span className={styles.actions}>
              <Button
                size="small"
                disabled={!canReorder(job)}
                busy={change.isPending}
                aria-label={say.removed.putBackOne(clip.title)}
                onClick={() => {
                  const onDone = () => {
                    toast(say.removed.isBack(clip.title));
                  };
                  change.mutate({ put: clip.clip_id, onDone });
                }}
              >
                {say.removed.putBack}
              </Button>
              <Button
                size="small"
                look="quiet"
                disabled={!canReorder(job)}
                busy={deletion.isPending && deletion.variables.clip_id === clip.clip_id}
                aria-label={say.removed.deleteOne(clip.title)}
                onClick={() => {
                  setDoubtful(clip);
                }}
              >
                {say.removed.delete}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {doubtful && (
        <Confirm
          question={say.removed.deleteQuestion(
            doubtful.title,
            doubtful.version_count,
            formatBytes(doubtful.size_bytes),
          )}
          yes={say.removed.delete}
          onYes={() => {
            deletion.mutate(doubtful);
          }}
          onClose={() => {
            setDoubtful(null);
          }}
        />
      )}
    </details>
  );
}

/** Deletes a removed clip with its takes; that ends what could be undone before its removal, too. */
function useDeletion(jobId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ clip_id }: RemovedClipView) => api.timeline.deleteRemoved(jobId, clip_id),
    onSuccess: (left, { title, size_bytes }) => {
      queries.setQueryData(keys.removed(jobId), left);
      toast(say.removed.deleted(title, formatBytes(size_bytes)));
    },
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.job(jobId) }),
  });
}
