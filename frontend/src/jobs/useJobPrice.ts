import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { NewClip } from "../api/requests";
import type { ClipRequest, ModelView } from "../api/schema";
import { useApi } from "../app/context";
import { keys } from "../app/queries";
import { type ClipDraft, clipsOf } from "./newClips";

const TYPING_MS = 500;

/** The price of the clips that are generated, by the server; undefined where there are none, or it is not known yet. */
export function useJobPrice(
  clips: readonly ClipDraft[],
  models: readonly ModelView[],
): number | null | undefined {
  const api = useApi();
  const prompts = clips.filter((clip) => clip.kind === "prompt");
  // A file to go by is sent with the job only; it costs nothing more.
  const asked = useSettled(JSON.stringify(clipsOf(prompts, models).map(withoutFile)));
  const estimate = useQuery({
    queryKey: keys.jobPrice(asked),
    queryFn: ({ signal }) => api.estimateJob(JSON.parse(asked) as ClipRequest[], { signal }),
    enabled: prompts.length > 0 && prompts.every(({ draft }) => draft.prompt.trim() !== ""),
  });
  return prompts.length > 0 ? estimate.data?.estimated_total_cost : undefined;
}

function withoutFile(clip: NewClip): NewClip {
  return { ...clip, imageReference: undefined };
}

/** A text as it is when nobody has changed it for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(text);
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  return settled;
}
