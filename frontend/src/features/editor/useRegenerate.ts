import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Dispatch, useRef } from "react";
import { ApiProblem } from "../../api/problem";
import type { JobView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { requestOf } from "./batchRequest";
import type { Selection, SelectionAction } from "./selection";

interface Regeneration {
  readonly submit: () => void;
  readonly submitting: boolean;
  readonly error: Error | null;
  readonly problem: ApiProblem | null;
}

/** Starts the batch that was written; the same one is never started twice. */
export function useRegenerate(
  job: JobView,
  selection: Selection,
  dispatch: Dispatch<SelectionAction>,
): Regeneration {
  const api = useApi();
  const queries = useQueryClient();
  const attempt = useRef({ request: "", key: "" });
  const start = useMutation({
    mutationFn: () => {
      const request = requestOf(selection, job.clips);
      const text = JSON.stringify(request);
      if (attempt.current.request !== text) attempt.current = { request: text, key: crypto.randomUUID() };
      return api.regenerateClips(job.job_id, request, attempt.current.key);
    },
    onSuccess: () => {
      attempt.current = { request: "", key: "" };
      dispatch({ type: "closed" });
      return queries.invalidateQueries({ queryKey: keys.job(job.job_id) });
    },
  });
  return {
    submit: () => {
      start.mutate();
    },
    submitting: start.isPending,
    error: start.error,
    problem: start.error instanceof ApiProblem ? start.error : null,
  };
}
