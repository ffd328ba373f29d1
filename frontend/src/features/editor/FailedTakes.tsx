import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { BatchView, ClipView, JobView, RegenerationView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { formatClip } from "../../format";
import { say } from "../../strings";
import { Badge } from "../../components/Badge";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/Notice";
import { OneLine } from "../../components/OneLine";
import { toast } from "../../components/toasts";
import { useModels } from "../jobs/useModels";
import styles from "./BatchProgress.module.css";
import { byReason, canRetry, isOver } from "./progress";
import { clipOf, nameOf } from "./RegenerationRow";
import { RetryBatch } from "./RetryBatch";

interface FailedTakesProps {
  readonly job: JobView;
  readonly batch: BatchView;
  readonly failed: readonly RegenerationView[];
}

/** Takes that did not succeed, those with the same reason together; each can be tried with other words. */
export function FailedTakes({ job, batch, failed }: FailedTakesProps) {
  const [model, setModel] = useState("");
  const over = isOver(batch.status);
  const models = useModels(over);
  return (
    <>
      {over && (
        <RetryBatch
          batch={batch}
          models={models}
          model={model}
          onModel={setModel}
          canRetry={canRetry(batch)}
        />
      )}
      <ul className={styles.clips}>
        {byReason(failed).map(({ reason, takes }) => (
          <li key={takes[0]?.regeneration_id} className={styles.failure}>
            {reason && <p className={styles.error}>{reason}</p>}
            {takes[0]?.status === "submission_unknown" && (
              <p className={styles.error}>{say.batch.mayBeCharged}</p>
            )}
            <ul className={styles.failed}>
              {takes.map((take) => (
                <FailedTake key={take.regeneration_id} job={job} take={take} model={model} canRetry={over} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}

interface FailedTakeProps {
  readonly job: JobView;
  readonly take: RegenerationView;
  /** Another model than the take's own; empty for that. */
  readonly model: string;
  readonly canRetry: boolean;
}

function FailedTake({ job, take, model, canRetry }: FailedTakeProps) {
  const id = useId();
  const clip = clipOf(job, take);
  const name = nameOf(job, take);
  const [words, setWords] = useState(take.instruction);
  const retry = useRetryOne(job, model || take.model);
  return (
    <li className={styles.take}>
      <div className={styles.line}>
        <strong>
          <OneLine>{name}</OneLine>
        </strong>
        <Badge tone={take.status === "cancelled" ? "neutral" : "bad"}>
          {say.batch.clipStatus[take.status]}
        </Badge>
      </div>
      {clip && canRetry ? (
        <form
          className={styles.again}
          onSubmit={(event) => {
            event.preventDefault();
            if (words.trim() && !retry.isSuccess) retry.mutate({ clip, words: words.trim() });
          }}
        >
          <label htmlFor={id} className="visually-hidden">
            {say.batch.words(name)}
          </label>
          <input
            id={id}
            type="text"
            value={words}
            dir="auto"
            onChange={(event) => {
              setWords(event.target.value);
              if (retry.isSuccess) retry.reset();
            }}
          />
          <Button
            type="submit"
            size="small"
            disabled={!words.trim() || retry.isSuccess}
            busy={retry.isPending}
            aria-label={say.batch.retryOne(name)}
          >
            {say.batch.retryOneShort}
          </Button>
        </form>
      ) : (
        <p className={styles.instruction} dir="auto">
          “{take.instruction}”
        </p>
      )}
      {retry.error && <ErrorNotice error={retry.error} />}
    </li>
  );
}

/** Starts a batch of one clip with other words or another model: the timeline may have changed since the one that failed. */
function useRetryOne(job: JobView, model: string) {
  const api = useApi();
  const queries = useQueryClient();
  const [attempt] = useState(() => new Map<string, string>());
  return useMutation({
    mutationFn: ({ clip, words }: { readonly clip: ClipView; readonly words: string }) => {
      const asked = JSON.stringify([words, model]);
      const key = attempt.get(asked) ?? crypto.randomUUID();
      attempt.set(asked, key);
      return api.regenerateClips(
        job.job_id,
        { clips: [{ clip_index: clip.clip_index, instruction: words, model }] },
        key,
      );
    },
    onSuccess: (_accepted, { clip }) => {
      attempt.clear();
      toast(say.batch.retried(formatClip(clip.clip_index, clip.title)));
      return queries.invalidateQueries({ queryKey: keys.job(job.job_id) });
    },
  });
}
