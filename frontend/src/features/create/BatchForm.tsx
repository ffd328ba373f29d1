import { say } from "../../strings";
import { Button } from "../../components/Button";
import styles from "./CreateVideoPage.module.css";
import { CreationForm, type FormProps } from "./CreationForm";
import { MOST_VIDEOS } from "./creation";
import { VideoFields } from "./VideoFields";

/** Up to three different videos, each with its own settings. */
export function BatchForm(props: FormProps) {
  const { state, dispatch, models, problem, missing } = props;
  return (
    <CreationForm {...props} submitLabel={say.create.batch}>
      {state.videos.map((draft, place) => (
        <fieldset key={place} className={styles.video}>
          <legend>{say.create.video(place + 1)}</legend>
          {state.videos.length > 1 && (
            <Button
              size="small"
              look="quiet"
              className={styles.remove}
              aria-label={say.create.remove(place + 1)}
              onClick={() => {
                dispatch({ type: "removed", place });
              }}
            >
              ×
            </Button>
          )}
          <VideoFields
            draft={draft}
            models={models}
            problem={problem}
            prefix={`videos[${place}].`}
            missing={missing}
            onWrite={(more) => {
              dispatch({ type: "wrote", place, more });
            }}
          />
        </fieldset>
      ))}
      {state.videos.length < MOST_VIDEOS && (
        <Button
          size="small"
          onClick={() => {
            dispatch({ type: "added" });
          }}
        >
          {say.create.add}
        </Button>
      )}
    </CreationForm>
  );
}
