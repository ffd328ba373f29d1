import { type Dispatch, type ReactNode, useEffect, useRef } from "react";
import type { ApiProblem } from "../../api/problem";
import type { ModelView } from "../../api/schema";
import MoreModels from "../../components/MoreModels";
import { formatPrice } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { focusFirstInvalid } from "../../components/focusFirstInvalid";
import { ErrorNotice } from "../../components/Notice";
import styles from "./CreateVideoPage.module.css";
import { type BatchCreationState, type CreationAction, priceOf } from "./creation";
import { LaterField } from "./LaterField";
import { ProjectSelect } from "./ProjectSelect";

/** What the three forms have in common. */
export interface FormProps {
  readonly state: BatchCreationState;
  readonly dispatch: Dispatch<CreationAction>;
  readonly models: readonly ModelView[];
  readonly submit: () => void;
  readonly submitting: boolean;
  readonly error: Error | null;
  readonly problem: ApiProblem | null;
  readonly missing: boolean;
}

interface CreationFormProps extends FormProps {
  readonly submitLabel: string;
  readonly children: ReactNode;
}

/** The frame of a form: its fields, the project, the price before committing, and the button. */
export function CreationForm({ children, submitLabel, ...props }: CreationFormProps) {
  const { state, dispatch, models, submit, submitting, error, problem, missing } = props;
  const price = priceOf(state, models);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error) focusFirstInvalid(form.current);
  }, [error]);
  return (
    <form
      ref={form}
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
        focusFirstInvalid(form.current);
      }}
    >
      {children}
      <MoreModels />
      <ProjectSelect
        value={state.projectId}
        fault={problem?.faultOf("project_id")}
        onChange={(projectId) => {
          dispatch({ type: "project", projectId });
        }}
      />
      <LaterField
        at={state.at}
        onChange={(at) => {
          dispatch({ type: "at", at });
        }}
        fault={problem?.faultOf("at") ?? (missing && state.at === "" ? say.create.noTime : undefined)}
      />
      {error && !isShown(problem, state) && <ErrorNotice error={error} />}
      <div className={styles.commit}>
        <p aria-live="polite">{price === null ? say.create.noPrice : say.create.price(formatPrice(price))}</p>
        <Button type="submit" look="primary" busy={submitting}>
          {submitting ? say.create.submitting : state.at === null ? submitLabel : say.create.schedule}
        </Button>
      </div>
    </form>
  );
}

const FIELDS = "prompt|title|model|size|seconds|reference_upload_id";
const SHOWN = {
  single: `^(${FIELDS})$`,
  variations: `^(${FIELDS})$`,
  batch: `^videos\\[\\d+\\]\\.(${FIELDS})$`,
};

/** Whether each of a problem's faults stands at a field of the form. */
function isShown(problem: ApiProblem | null, { mode, at, videos }: BatchCreationState): boolean {
  if (problem === null || problem.faults.length === 0) return false;
  const field = new RegExp(SHOWN[mode]);
  return problem.faults.every(
    (fault) =>
      fault.field === "project_id" ||
      (fault.field === "at" && at !== null) ||
      (field.test(fault.field) && (mode !== "batch" || videoOf(fault.field) < videos.length)),
  );
}

/** The place of the video that a fault is about. */
function videoOf(field: string): number {
  return Number(/\d+/.exec(field)?.[0] ?? 0);
}
