import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { ApiProblem } from "../../api/problem";
import { keys } from "../../api/queries";
import type { AddClipsModel, JobView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { formatClip, formatPrice, formatWait } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { ErrorNotice } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { ClipRows } from "../jobs/ClipRow";
import { ClipSources } from "../jobs/ClipSources";
import { type ClipDraft, clipsOf, hasFailed, isReady } from "../jobs/newClips";
import { useModels } from "../jobs/useModels";
import { forgetNewClips, useNewClips } from "../jobs/useNewClips";
import { useSettled } from "../jobs/useSettled";
import { canReorder } from "./timeline";
import styles from "./AddClips.module.css";

interface AddClipsProps {
  readonly job: JobView;
  /** The place before which they go at first; null for the end. */
  readonly at: number | null;
  readonly onClose: () => void;
}

/** Add clips to a job: files, videos, prompts; priced before anything is sent. */
export default function AddClips({ job, at, onClose }: AddClipsProps) {
  const id = useId();
  const newClips = useNewClips(job.job_id);
  const { clips, change, drop } = newClips;
  const [checked, setChecked] = useState(false);
  const [wanted, setPlace] = useState(at);
  const place = canReorder(job) && wanted !== null && wanted < job.clips.length ? wanted : null;
  const models = useModels(clips.some(({ kind }) => kind === "prompt"));
  const surroundings = {
    clips: job.clips,
    hasBefore: (place ?? job.clips.length) > 0,
    hasAfter: place !== null && place < job.clips.length,
  };
  const request: AddClipsModel = { clips: clipsOf(clips, models, surroundings), clip_index: place };
  const estimate = useAddedPrice(job.job_id, request, clips);
  const add = useAdd(job, onClose);
  const problem = add.error instanceof ApiProblem ? add.error : null;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  const ready = clips.length > 0 && isReady(clips);
  return (
    <form
      className={styles.panel}
      aria-labelledby={`${id}-title`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true); // an empty prompt is shown as a fault from now on
        const isWritten = clips.every((clip) => clip.kind !== "prompt" || clip.draft.prompt.trim());
        if (ready && isWritten) add.mutate(request);
      }}
    >
      <h2 id={`${id}-title`} ref={heading} tabIndex={-1}>
        {say.timeline.addTitle}
      </h2>
      <ClipSources newClips={newClips} title={say.timeline.drop} />
      {clips.length > 0 && (
        <ClipRows
          className={styles.clips}
          clips={clips}
          surroundings={surroundings}
          models={models}
          problem={problem}
          missing={checked}
          change={change}
        />
      )}
      <div className={styles.place}>
        <label htmlFor={`${id}-place`}>{say.timeline.place}</label>
        <select
          id={`${id}-place`}
          value={place ?? ""}
          disabled={!canReorder(job)}
          onChange={(event) => {
            setPlace(event.target.value === "" ? null : Number(event.target.value));
          }}
        >
          {job.clips.map((clip) => (
            <option key={clip.clip_id} value={clip.clip_index}>
              {say.timeline.before(formatClip(clip.clip_index, clip.title))}
            </option>
          ))}
          <option value="">{say.timeline.atEnd}</option>
        </select>
      </div>
      <FieldError id={`${id}-clips`}>{problem?.faultOf("clips")}</FieldError>
      {add.error && !problem?.faults.length && <ErrorNotice error={add.error} />}
      <div className={styles.actions}>
        <p className={styles.price} aria-live="polite">
          {estimate &&
            estimate.cost_breakdown.clips.length > 0 &&
            say.timeline.price(
              formatPrice(estimate.estimated_total_cost),
              formatWait(estimate.estimated_total_time),
            )}
        </p>
        <Button
          look="quiet"
          onClick={() => {
            drop();
            onClose();
          }}
        >
          {say.app.cancel}
        </Button>
        <Button type="submit" look="primary" disabled={!ready} busy={add.isPending}>
          {clips.some(hasFailed) ? say.newJob.removeFailed : say.timeline.submit(clips.length)}
        </Button>
      </div>
    </form>
  );
}

/** What the server says of clips before they are added; undefined until all files are there. */
function useAddedPrice(jobId: string, request: AddClipsModel, clips: readonly ClipDraft[]) {
  const api = useApi();
  const asked = useSettled(JSON.stringify(request));
  const settled = JSON.parse(asked) as AddClipsModel;
  const isWritten = settled.clips.every(({ prompt }) => prompt !== "");
  const estimate = useQuery({
    queryKey: keys.addedPrice(jobId, asked),
    queryFn: ({ signal }) => api.timeline.estimateClips(jobId, settled, { signal }),
    enabled: settled.clips.length > 0 && settled.clips.length === clips.length && isReady(clips) && isWritten,
    placeholderData: keepPreviousData,
    retry: false, // what is wrong is said when they are added
  });
  return clips.length > 0 ? estimate.data : undefined;
}

function useAdd(job: JobView, onDone: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  const attemptKey = useRef(crypto.randomUUID());
  return useMutation({
    mutationFn: (added: Parameters<typeof api.timeline.addClips>[1]) =>
      api.timeline.addClips(job, added, attemptKey.current),
    onSuccess: (changed, { clips }) => {
      forgetNewClips(job.job_id);
      queries.setQueryData(keys.job(job.job_id), changed);
      toast(say.timeline.added(clips.length));
      onDone();
    },
    // A changed request is another one: it must not be taken for a repetition.
    onError: () => {
      attemptKey.current = crypto.randomUUID();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.job(job.job_id) }),
  });
}
