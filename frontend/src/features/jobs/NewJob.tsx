import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type RefObject, useEffect, useId, useRef, useState } from "react";
import { useLocation } from "wouter";
import { ApiProblem } from "../../api/problem";
import type { ModelView, ProfileRequest } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { formatPrice } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { ErrorNotice } from "../../components/Notice";
import { ClipRows } from "./ClipRow";
import { ClipSources } from "./ClipSources";
import { FormatField, FormatNote } from "./FormatField";
import styles from "./NewJob.module.css";
import { type ClipDraft, clipsOf, hasFailed, isReady } from "./newClips";
import { useJobEstimate } from "./useJobEstimate";
import { useModels } from "./useModels";
import { forgetNewClips, NEW_JOB, useNewClips } from "./useNewClips";

/** Drop clips, choose videos, write prompts; put them in order, make a job of them. */
export function NewJob() {
  const newClips = useNewClips(NEW_JOB);
  const { clips, change, drop } = newClips;
  const [title, setTitle] = useState("");
  const [checked, setChecked] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const titleId = useId();
  const models = useModels(clips.some(({ kind }) => kind === "prompt"));
  const [profile, setProfile] = useState<ProfileRequest>({});
  const estimate = useJobEstimate(clips, models, profile);
  const price = clips.some(({ kind }) => kind === "prompt") ? estimate?.estimated_total_cost : undefined;
  const create = useCreateJob(title, clips, models, profile);
  useKeptFocus(list, clips.map(({ key }) => key).join());
  const problem = create.error instanceof ApiProblem ? create.error : null;
  const isShown = problem?.faults.every(({ field }) => /^(title$|profile|clips\[)/.test(field));
  const ready = isReady(clips);
  const submit = () => {
    setChecked(true); // an empty prompt is shown as a fault from now on
    if (clips.every((clip) => clip.kind !== "prompt" || clip.draft.prompt.trim())) create.mutate();
  };
  return (
    <section aria-label={say.newJob.drop} className={styles.new}>
      <ClipSources newClips={newClips} />
      {clips.length > 0 && (
        <form
          className={styles.form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <div className={styles.head}>
            <div>
              <label htmlFor={titleId}>{say.newJob.title}</label>
              <input
                id={titleId}
                type="text"
                maxLength={200}
                placeholder={say.newJob.untitled}
                value={title}
                onChange={(event) => {
                  setTitle(event.target.value);
                }}
                aria-invalid={problem?.faultOf("title") !== undefined}
                aria-describedby={`${titleId}-error`}
              />
              <FieldError id={`${titleId}-error`}>{problem?.faultOf("title")}</FieldError>
            </div>
            <FormatField profile={profile} onChange={setProfile} problem={problem} />
          </div>
          <ClipRows
            ref={list}
            className={styles.files}
            clips={clips}
            models={models}
            problem={problem}
            missing={checked}
            change={change}
          />
          {create.error && !(problem?.faults.length && isShown) && <ErrorNotice error={create.error} />}
          <div className={styles.actions}>
            <Button type="submit" look="primary" disabled={!ready} busy={create.isPending}>
              {create.isPending
                ? say.newJob.submitting
                : ready
                  ? say.newJob.submit(clips.length)
                  : clips.some(hasFailed)
                    ? say.newJob.removeFailed
                    : say.newJob.waiting}
            </Button>
            <Button
              look="quiet"
              onClick={() => {
                setChecked(false);
                create.reset();
                drop();
              }}
            >
              {say.app.cancel}
            </Button>
            <FormatNote estimate={estimate} />
            <p className={styles.price} aria-live="polite">
              {price !== undefined &&
                (price === null ? say.create.noPrice : say.create.price(formatPrice(price)))}
            </p>
          </div>
        </form>
      )}
    </section>
  );
}

function useCreateJob(
  title: string,
  clips: readonly ClipDraft[],
  models: readonly ModelView[],
  profile: ProfileRequest,
) {
  const api = useApi();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const attemptKey = useRef(crypto.randomUUID());
  return useMutation({
    mutationFn: () => {
      const job = { title: title.trim() || say.newJob.untitled, clips: clipsOf(clips, models), profile };
      return api.createJob(job, attemptKey.current);
    },
    onSuccess: (job) => {
      forgetNewClips(NEW_JOB);
      queries.setQueryData(keys.job(job.job_id), job);
      void queries.invalidateQueries({ queryKey: keys.jobs });
      go(`/jobs/${job.job_id}`);
    },
    // A changed request is another one: it must not be taken for a repetition.
    onError: () => {
      attemptKey.current = crypto.randomUUID();
    },
  });
}

/** A row that is put elsewhere in the page loses the focus: give it back to the button that was pressed. */
function useKeptFocus(list: RefObject<HTMLElement | null>, order: string): void {
  const last = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const here = list.current;
    const note = (event: FocusEvent) => {
      last.current = event.target instanceof HTMLElement ? event.target : null;
    };
    here?.addEventListener("focusin", note);
    if (document.activeElement === document.body && last.current && here?.contains(last.current)) {
      last.current.focus();
    }
    return () => {
      here?.removeEventListener("focusin", note);
    };
  }, [list, order]);
}
