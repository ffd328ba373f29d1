import { type Dispatch, Suspense, useId } from "react";
import type { ApiProblem } from "../../api/problem";
import { lazyPage } from "../../components/lazyPage";
import { say } from "../../strings";
import { FieldError } from "../../components/FieldError";
import { useModels } from "../jobs/useModels";
import { MAX_TAKES, type Selection, type SelectionAction } from "./selection";
import styles from "./TakesAndModel.module.css";

const MoreModels = lazyPage(() => import("../../components/MoreModels"));

interface TakesAndModelProps {
  readonly selection: Selection;
  readonly dispatch: Dispatch<SelectionAction>;
  readonly problem: ApiProblem | null;
}

/** How many takes are made of each selected clip, and by which model. */
export function TakesAndModel({ selection, dispatch, problem }: TakesAndModelProps) {
  const id = useId();
  const models = useModels(true);
  const chosen = models.find(({ name }) => name === selection.model);
  return (
    <div className={styles.fields}>
      <fieldset aria-describedby={`${id}-why ${id}-takes-error`}>
        <legend>{say.selector.takes}</legend>
        <div className={styles.takes}>
          {Array.from({ length: MAX_TAKES }, (_, index) => index + 1).map((takes) => (
            <label key={takes}>
              <input
                type="radio"
                name={`${id}-takes`}
                checked={selection.takes === takes}
                onChange={() => {
                  dispatch({ type: "takes", takes });
                }}
              />
              {takes}
            </label>
          ))}
        </div>
        <FieldError id={`${id}-takes-error`}>{problem?.faultOf("takes")}</FieldError>
      </fieldset>
      <div>
        <label htmlFor={`${id}-model`}>{say.selector.model}</label>
        <select
          id={`${id}-model`}
          value={selection.model}
          onChange={(event) => {
            dispatch({ type: "model", model: event.target.value });
          }}
          aria-invalid={problem?.faultOf("model") !== undefined}
          aria-describedby={`${id}-model-error`}
        >
          <option value="">{say.selector.sameModel}</option>
          {models.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
        <FieldError id={`${id}-model-error`}>
          {problem?.faultOf("model") ?? chosen?.warning ?? undefined}
        </FieldError>
        <Suspense>
          <MoreModels />
        </Suspense>
      </div>
      {selection.takes > 1 && (
        <p id={`${id}-why`} className={styles.why}>
          {say.selector.takesWhy}
        </p>
      )}
    </div>
  );
}
