import type { FormProps } from "./CreationForm";
import { CreationForm } from "./CreationForm";
import { EMPTY } from "./creation";
import { VideoFields } from "./VideoFields";
import { say } from "../../strings";

/** One video with all its settings. */
export function SingleVideoForm(props: FormProps) {
  const { state, dispatch, models, problem, missing } = props;
  return (
    <CreationForm {...props} submitLabel={say.create.single}>
      <VideoFields
        draft={state.videos[0] ?? EMPTY}
        models={models}
        problem={problem}
        missing={missing}
        onWrite={(more) => {
          dispatch({ type: "wrote", place: 0, more });
        }}
      />
    </CreationForm>
  );
}
