import { type SubmitEvent, useId, useState } from "react";
import { ApiProblem } from "../../api/problem";
import type { UserBudgetView } from "../../api/schema";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { ErrorNotice } from "../../components/Notice";
import { draftOf, isNumberOrEmpty, limitsOf } from "./limits";
import styles from "./LimitsForm.module.css";
import { useLimits } from "./useLimits";

/** What one user may store and spend; an empty field is everybody's. */
export function LimitsForm({
  budget,
  onDone,
}: {
  readonly budget: UserBudgetView;
  readonly onDone: () => void;
}) {
  const id = useId();
  const [draft, setDraft] = useState(() => draftOf(budget));
  const [checked, setChecked] = useState(false);
  const save = useLimits(budget);
  const problem = save.error instanceof ApiProblem ? save.error : null;
  const fields = [
    { name: "gigabytes", label: say.budgets.storage, fault: problem?.faultOf("budget_bytes") },
    { name: "dollars", label: say.budgets.spending, fault: problem?.faultOf("monthly_spend_limit") },
  ] as const;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (Object.values(draft).every(isNumberOrEmpty)) save.mutate(limitsOf(draft), { onSuccess: onDone });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {fields.map(({ name, label, fault }) => {
        const shownFault = checked && !isNumberOrEmpty(draft[name]) ? say.budgets.number : fault;
        return (
          <div key={name}>
            <label htmlFor={`${id}-${name}`}>{label}</label>
            <input
              id={`${id}-${name}`}
              type="text"
              inputMode="decimal"
              value={draft[name]}
              placeholder={say.budgets.everybodys}
              onChange={(event) => {
                setDraft({ ...draft, [name]: event.target.value });
              }}
              aria-invalid={shownFault !== undefined}
              aria-describedby={`${id}-${name}-error`}
            />
            <FieldError id={`${id}-${name}-error`}>{shownFault}</FieldError>
          </div>
        );
      })}
      {save.error && !problem?.faults.length && <ErrorNotice error={save.error} />}
      <div className={styles.actions}>
        <Button onClick={onDone}>{say.app.cancel}</Button>
        <Button type="submit" look="primary" busy={save.isPending}>
          {save.isPending ? say.budgets.saving : say.budgets.save}
        </Button>
      </div>
    </form>
  );
}
