import { type Dispatch, useId, useState } from "react";
import type { ClipView } from "../../api/schema";
import { formatClip } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { OneLine } from "../../components/OneLine";
import styles from "./PerClipInstructions.module.css";
import type { Selection, SelectionAction } from "./selection";

const MOST_OPEN = 6;

interface PerClipInstructionsProps {
  readonly clips: readonly ClipView[];
  readonly selection: Selection;
  readonly dispatch: Dispatch<SelectionAction>;
  readonly faultOf: (clip: ClipView) => string | undefined;
}

/** A line for each selected clip; an empty one takes the instruction for all. */
export function PerClipInstructions({ clips, selection, dispatch, faultOf }: PerClipInstructionsProps) {
  const id = useId();
  const hasForAll = selection.forAll.trim() !== "";
  const own = clips.filter(({ clip_id }) => selection.perClip[clip_id]?.trim()).length;
  // Many lines are opened by who needs them; those at fault show themselves.
  const [opened, setOpened] = useState(false);
  const isOpen = opened || clips.length <= MOST_OPEN || clips.some((clip) => faultOf(clip) !== undefined);
  if (!isOpen)
    return (
      <p className={styles.folded}>
        <span className={styles.legend}>{say.selector.perClip}</span> {say.selector.own(own)}
        <Button
          size="small"
          onClick={() => {
            setOpened(true);
          }}
        >
          {say.selector.write}
        </Button>
      </p>
    );
  return (
    <fieldset className={styles.lines} aria-describedby={`${id}-why`}>
      <legend className={styles.legend}>{say.selector.perClip}</legend>
      <p id={`${id}-why`} className={styles.why}>
        {say.selector.perClipWhy}
      </p>
      {clips.map((clip, place) => {
        const fault = faultOf(clip);
        const example = say.selector.examples[place % say.selector.examples.length] ?? "";
        return (
          <div key={clip.clip_id} className={styles.line}>
            <label htmlFor={`${id}-${clip.clip_id}`}>
              <OneLine>{formatClip(clip.clip_index, clip.title)}</OneLine>
            </label>
            <input
              id={`${id}-${clip.clip_id}`}
              type="text"
              value={selection.perClip[clip.clip_id] ?? ""}
              placeholder={hasForAll ? say.selector.sameAsAll : example}
              onChange={(event) => {
                dispatch({ type: "wrote", clipId: clip.clip_id, text: event.target.value });
              }}
              aria-invalid={fault !== undefined}
              aria-describedby={`${id}-${clip.clip_id}-error`}
            />
            <FieldError id={`${id}-${clip.clip_id}-error`}>{fault}</FieldError>
          </div>
        );
      })}
    </fieldset>
  );
}
