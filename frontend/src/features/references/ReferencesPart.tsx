import { useId } from "react";
import type { ClipView, ModelView } from "../../api/schema";
import { FieldError } from "../../components/FieldError";
import { AddReference } from "./AddReference";
import { GivenReferences } from "./GivenReferences";
import { type MadeFrom, rolesOf } from "./madeFrom";
import { reasons, whyNot } from "./offers";
import styles from "./ReferencesPart.module.css";
import { text } from "./texts";

export interface ReferencesPartProps {
  readonly madeFrom: MadeFrom;
  readonly onChange: (more: Partial<MadeFrom>) => void;
  /** The models that make the clips; what one of them does not take is not offered. */
  readonly models: readonly ModelView[];
  /** Why a clip beside cannot be continued; undefined where it can. */
  readonly noPrevious?: string | undefined;
  readonly noNext?: string | undefined;
  /** Clips that references can be taken from. */
  readonly clips: readonly ClipView[];
  /** What the API found wrong. */
  readonly fault: string | undefined;
}

/** What clips are made from besides words: the clips beside them, pictures and videos, as far as models take them. */
export default function ReferencesPart(props: ReferencesPartProps) {
  const { madeFrom, onChange, models, noPrevious, noNext, clips, fault } = props;
  const id = useId();
  const given = rolesOf(madeFrom);
  const why = [noPrevious, noNext, ...reasons(models, given)].filter((one) => one !== undefined);
  const before = noPrevious ?? (madeFrom.fromPrevious ? undefined : whyNot(models, "first_frame", given));
  const after = noNext ?? (madeFrom.toNext ? undefined : whyNot(models, "last_frame", given));
  return (
    <div className={styles.part}>
      <fieldset aria-describedby={`${id}-why`}>
        <legend>{text.continuity}</legend>
        <div className={styles.row}>
          <label>
            <input
              type="checkbox"
              checked={madeFrom.fromPrevious && noPrevious === undefined}
              disabled={before !== undefined}
              onChange={(event) => {
                onChange({ fromPrevious: event.target.checked });
              }}
            />
            {text.fromPrevious}
          </label>
          <label>
            <input
              type="checkbox"
              checked={madeFrom.toNext && noNext === undefined}
              disabled={after !== undefined}
              onChange={(event) => {
                onChange({ toNext: event.target.checked });
              }}
            />
            {text.toNext}
          </label>
        </div>
      </fieldset>
      <fieldset aria-describedby={`${id}-why ${id}-error`}>
        <legend>{text.references}</legend>
        <GivenReferences
          references={madeFrom.references}
          onRemove={(key) => {
            onChange({ references: madeFrom.references.filter((one) => one.key !== key) });
          }}
        />
        <AddReference
          models={models}
          given={given}
          clips={clips}
          onAdd={(added) => {
            onChange({ references: [...madeFrom.references, ...added] });
          }}
        />
        <FieldError id={`${id}-error`}>{fault}</FieldError>
      </fieldset>
      {why.length > 0 && (
        <p id={`${id}-why`} className={styles.why}>
          {why.join(" ")}
        </p>
      )}
    </div>
  );
}
