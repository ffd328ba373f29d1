import {
  type Dispatch,
  type SubmitEvent,
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { ApiProblem } from "../../api/problem";
import type { ClipView, JobView } from "../../api/schema";
import { formatPrice, formatWait } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { focusFirstInvalid } from "../../components/focusFirstInvalid";
import { ErrorNotice } from "../../components/Notice";
import styles from "./ClipSelector.module.css";
import { CostEstimate } from "./CostEstimate";
import { PerClipInstructions } from "./PerClipInstructions";
import { choicesOf, withoutInstruction } from "./batchRequest";
import { MadeFromFields } from "./MadeFromFields";
import { type Selection, type SelectionAction, selectedClips } from "./selection";
import { TakesAndModel } from "./TakesAndModel";
import { useEstimate } from "./useEstimate";
import { useRegenerate } from "./useRegenerate";

interface ClipSelectorProps {
  readonly job: JobView;
  readonly selection: Selection;
  readonly dispatch: Dispatch<SelectionAction>;
  /** Called once it is on the page. */
  readonly onShown: () => void;
}

/** Select several clips and say what shall become of them: one instruction for all, or one each. */
export default function ClipSelector({ job, selection, dispatch, onShown }: ClipSelectorProps) {
  const id = useId();
  const { submit, submitting, error, problem } = useRegenerate(job, selection, dispatch);
  const [checked, setChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const chosen = selectedClips(selection, job.clips);
  const estimate = useEstimate(job, choicesOf(selection, job.clips));
  const missing = checked ? withoutInstruction(selection, job.clips) : [];
  const nothing = checked && chosen.length === 0;
  const faultForAll =
    problem?.faultOf("instruction") ??
    problem?.faultOf("model") ??
    (missing.length > 0 && missing.length === chosen.length ? say.selector.noText : undefined);

  const shown = useEffectEvent(onShown);
  useLayoutEffect(() => {
    shown();
  }, []);
  useEffect(() => {
    if (problem) focusFirstInvalid(form.current);
  }, [problem]);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (chosen.length > 0 && withoutInstruction(selection, job.clips).length === 0) submit();
    else
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };

  return (
    <form ref={form} className={styles.selector} onSubmit={send} aria-labelledby={`${id}-title`} noValidate>
      <h2 id={`${id}-title`} tabIndex={-1}>
        {say.selector.title}{" "}
        <span className={styles.count} aria-live="polite">
          {say.selector.selected(chosen.length)}
        </span>
      </h2>
      <div className={styles.all}>
        <Button
          size="small"
          onClick={() => {
            dispatch({ type: "chose", clipIds: job.clips.map((clip) => clip.clip_id) });
          }}
        >
          {say.selector.all}
        </Button>
        <Button
          size="small"
          disabled={chosen.length === 0}
          onClick={() => {
            dispatch({ type: "chose", clipIds: [] });
          }}
        >
          {say.selector.none}
        </Button>
        <p className={styles.how}>{say.selector.how}</p>
      </div>
      <FieldError id={`${id}-nothing`}>
        {nothing ? say.selector.nothing : problem?.faultOf("clips")}
      </FieldError>

      <div>
        <label htmlFor={`${id}-all`} className={styles.label}>
          {say.selector.forAll}
        </label>
        <textarea
          id={`${id}-all`}
          value={selection.forAll}
          placeholder={say.selector.forAllExample}
          onChange={(event) => {
            dispatch({ type: "wrote for all", text: event.target.value });
          }}
          aria-invalid={faultForAll !== undefined}
          aria-describedby={`${id}-all-error`}
        />
        <FieldError id={`${id}-all-error`}>{faultForAll}</FieldError>
        <Suggestions
          text={selection.forAll}
          onChoose={(text) => {
            dispatch({ type: "wrote for all", text });
          }}
        />
      </div>
      {chosen.length > 0 && (
        <PerClipInstructions
          clips={chosen}
          selection={selection}
          dispatch={dispatch}
          faultOf={(clip) => faultOfClip(problem, chosen, clip, missing)}
        />
      )}
      {chosen.length > 0 && <TakesAndModel selection={selection} dispatch={dispatch} problem={problem} />}
      {chosen.length > 0 && (
        <MadeFromFields
          job={job}
          chosen={chosen}
          selection={selection}
          dispatch={dispatch}
          fault={problem?.faults.find(({ field }) => MADE_FROM.test(field))?.detail}
        />
      )}
      {chosen.length > 0 && <CostEstimate estimate={estimate} />}
      {error && !isShown(problem) && <ErrorNotice error={error} />}
      <div className={styles.foot}>
        <p className={styles.figures} aria-live="polite">
          {chosen.length > 0 &&
            estimate.data &&
            say.selector.foot(
              chosen.length,
              formatPrice(estimate.data.estimated_total_cost),
              formatWait(estimate.data.estimated_total_time),
            )}
        </p>
        <Button
          look="quiet"
          onClick={() => {
            dispatch({ type: "closed" });
          }}
        >
          {say.app.cancel}
        </Button>
        <Button type="submit" look="primary" busy={submitting}>
          {submitting ? say.selector.submitting : say.selector.submit}
        </Button>
      </div>
    </form>
  );
}

/** Words that every model understands: a press writes them behind what is there. */
function Suggestions({
  text,
  onChoose,
}: {
  readonly text: string;
  readonly onChoose: (text: string) => void;
}) {
  const written = text.toLowerCase();
  return (
    <div className={styles.suggestions} role="group" aria-label={say.selector.suggest}>
      {say.selector.suggestions
        .filter((words) => !written.includes(words))
        .map((words) => (
          <button
            key={words}
            type="button"
            className={styles.suggestion}
            onClick={() => {
              onChoose(text.trim() === "" ? words : `${text.trim().replace(/[,.]$/, "")}, ${words}`);
            }}
          >
            {words}
          </button>
        ))}
    </div>
  );
}

const SHOWN = /^(instruction|takes|model|clips|clips\[\d+\]\.(instruction|clip_index))$/;
const MADE_FROM = /^(clips\[\d+\]\.)?(references|from|to)\b/;

/** Whether each of a problem's faults stands at a field. */
function isShown(problem: ApiProblem | null): boolean {
  return (
    problem !== null &&
    problem.faults.length > 0 &&
    problem.faults.every(({ field }) => SHOWN.test(field) || MADE_FROM.test(field))
  );
}

/** The request names clips by their place in it, and so do its faults. */
function faultOfClip(
  problem: ApiProblem | null,
  chosen: readonly ClipView[],
  clip: ClipView,
  missing: readonly string[],
): string | undefined {
  const place = chosen.indexOf(clip);
  const fromServer = ["instruction", "clip_index", "model"]
    .map((field) => problem?.faultOf(`clips[${place}].${field}`))
    .find((fault) => fault !== undefined);
  const isMissing = missing.includes(clip.clip_id) && missing.length < chosen.length;
  return fromServer ?? (isMissing ? say.selector.noText : undefined);
}
