import type { FormProps } from "./CreationForm";
import { EMPTY } from "./creation";
import { VideoFields } from "./VideoFields";

/** The fields of a form that describes one video. */
export function OneVideo({ state, dispatch, models, problem, missing }: FormProps) {
  return (
    <VideoFields
      draft={state.videos[0] ?? EMPTY}
      models={models}
      problem={problem}
      missing={missing}
      onWrite={(more) => {
        dispatch({ type: "wrote", place: 0, more });
      }}
    />
  );
}
