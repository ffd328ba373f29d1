import type { ApiProblem } from "../../api/problem";
import type { ModelView } from "../../api/schema";
import { modelOf } from "../create/creation";
import ReferencesPart from "../references/ReferencesPart";
import { text } from "../references/texts";
import type { ClipDraft, PromptClip, Surroundings } from "./newClips";
import type { ClipsChange } from "./useNewClips";

interface ClipReferencesProps {
  readonly clip: PromptClip;
  readonly clips: readonly ClipDraft[];
  /** The clip's place among them, from 0. */
  readonly place: number;
  readonly surroundings: Surroundings;
  readonly models: readonly ModelView[];
  readonly problem: ApiProblem | null;
  readonly change: (action: ClipsChange) => void;
}

/** What a generated clip of a job is made from besides words. */
export default function ClipReferences(props: ClipReferencesProps) {
  const { clip, clips, place, surroundings, models, problem, change } = props;
  const model = modelOf(models, clip.draft.model);
  if (!model) return null;
  const isOurs = new RegExp(`^clips\\[${place}\\]\\.(references|from|to)\\b`);
  return (
    <ReferencesPart
      madeFrom={clip.madeFrom}
      models={[model]}
      noPrevious={noPrevious(clips[place - 1], surroundings)}
      noNext={noNext(clips[place + 1], surroundings)}
      clips={surroundings.clips}
      fault={problem?.faults.find(({ field }) => isOurs.test(field))?.detail}
      onChange={(more) => {
        change({ type: "made from", key: clip.key, more });
      }}
    />
  );
}

// Of two clips that are made from each other none could be the first.
function noPrevious(before: ClipDraft | undefined, { hasBefore }: Surroundings): string | undefined {
  if (before === undefined) return hasBefore ? undefined : text.noneBefore;
  return before.kind === "prompt" && before.madeFrom.toNext ? text.beforeWaits : undefined;
}

function noNext(after: ClipDraft | undefined, { hasAfter }: Surroundings): string | undefined {
  if (after === undefined) return hasAfter ? undefined : text.noneAfter;
  return after.kind === "prompt" && after.madeFrom.fromPrevious ? text.afterWaits : undefined;
}
