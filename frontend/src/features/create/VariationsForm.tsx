import { useId } from "react";
import { say } from "../../strings";
import { CreationForm, type FormProps } from "./CreationForm";
import { MOST_VIDEOS } from "./creation";
import { OneVideo } from "./OneVideo";
import styles from "./VideoFields.module.css";

/** Some takes of one prompt. */
export function VariationsForm(props: FormProps) {
  const { state, dispatch } = props;
  const id = useId();
  return (
    <CreationForm {...props} submitLabel={say.create.submitVariations(state.variations)}>
      <OneVideo {...props} />
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
