import type { Dispatch } from "react";
import type { ClipView, JobView, ModelView } from "../../api/schema";
import { modelOf } from "../create/creation";
import { useModels } from "../jobs/useModels";
import ReferencesPart from "../references/ReferencesPart";
import { text } from "../references/texts";
import type { Selection, SelectionAction } from "./selection";

interface MadeFromFieldsProps {
  readonly job: JobView;
  /** The selected clips, in playback order. */
  readonly chosen: readonly ClipView[];
  readonly selection: Selection;
  readonly dispatch: Dispatch<SelectionAction>;
  readonly fault: string | undefined;
}

/** What the selected clips are made from besides words: the same for all of them. */
export function MadeFromFields({ job, chosen, selection, dispatch, fault }: MadeFromFieldsProps) {
  const models = useModels(true);
  if (models.length === 0) return null;
  // Where one clip is selected, it is the only one that has to have a clip beside it.
  const [only] = chosen.length === 1 ? chosen : [];
  return (
    <ReferencesPart
      madeFrom={selection}
      models={modelsOf(selection, chosen, models)}
      noPrevious={only?.clip_index === 0 ? text.noneBefore : undefined}
      noNext={only?.clip_index === job.clips.length - 1 ? text.noneAfter : undefined}
      clips={job.clips}
      fault={fault}
      onChange={(more) => {
        dispatch({ type: "made from", more });
      }}
    />
  );
}

/** The models that make the clips: the chosen one, else each clip's own. */
function modelsOf(
  { model }: Selection,
  chosen: readonly ClipView[],
  models: readonly ModelView[],
): readonly ModelView[] {
  const names = model ? [model] : chosen.map((clip) => clip.model ?? "");
  const found = names.map((name) => modelOf(models, name));
  return [...new Set(found)].filter((one) => one !== undefined);
}
