import { useId } from "react";
import { say } from "../../strings";
import { CreationForm, type FormProps } from "./CreationForm";
import { EMPTY, MOST_VIDEOS } from "./creation";
import { VideoFields } from "./VideoFields";
import styles from "./VideoFields.module.css";

/** Some takes of one prompt. */
export function VariationsForm(props: FormProps) {
  const { state, dispatch, models, problem, missing } = props;
  const id = useId();
  return (
    <CreationForm {...props} submitLabel={say.create.submitVariations(state.variations)}>
      <VideoFields
        draft={state.videos[0] ?? EMPTY}
        models={models}
        problem={problem}
        missing={missing}
        onWrite={(more) => {
          dispatch({ type: "wrote", place: 0, more });
        }}
      />
      <div className={styles.fields}>
        <div className={styles.wide}>
          <label htmlFor={id}>{say.create.variations}</label>
          <select
            id={id}
            value={state.variations}
            onChange={(event) => {
              dispatch({ type: "variations", count: Number(event.target.value) });
            }}
          >
            {Array.from({ length: MOST_VIDEOS }, (_, place) => (
              <option key={place}>{place + 1}</option>
            ))}
          </select>
        </div>
      </div>
    </CreationForm>
  );
}
