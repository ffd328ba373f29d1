import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Dispatch, useEffect, useReducer, useRef, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { ApiProblem } from "../../api/problem";
import type { NewVideos } from "../../api/requests";
import type { ModelView, ScheduleView } from "../../api/schema";
import { isCancelled } from "../../api/uploads";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { formatMoment } from "../../format";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import {
  type BatchCreationState,
  type CreationAction,
  countOf,
  creationReducer,
  draftsOf,
  EMPTY,
  prefilled,
  START,
  workOf,
} from "./creation";

const KEY = "retake.create";

/** The element that shows what was started. */
export const PROGRESS_ID = "created-videos";

// Files cannot be written down: they are remembered for as long as the tab is open.
let keptFiles: readonly (File | undefined)[] = [];

function kept(query: URLSearchParams): BatchCreationState {
  const text = sessionStorage.getItem(KEY);
  if (text === null) return prefilled(START, query);
  const state = { ...START, ...(JSON.parse(text) as Partial<BatchCreationState>) };
  const videos = state.videos.map((video, place) => ({ ...EMPTY, ...video, reference: keptFiles[place] }));
  return prefilled({ ...state, videos }, query);
}

function keep(state: BatchCreationState): void {
  keptFiles = state.videos.map(({ reference }) => reference);
  const videos = state.videos.map((video) => ({ ...video, reference: undefined }));
  sessionStorage.setItem(KEY, JSON.stringify({ ...state, videos }));
}

/**
 * What is being written, kept in this tab: leaving the page and coming back loses nothing. What the
 * address gave is taken once, and returned: coming back must not write over what was typed since.
 */
export function useCreationState(): [BatchCreationState, Dispatch<CreationAction>, URLSearchParams] {
  const [query] = useSearchParams();
  const [path, go] = useLocation();
  const [given] = useState(query);
  const [state, dispatch] = useReducer(creationReducer, query, kept);
  useEffect(() => {
    keep(state);
  }, [state]);
  useEffect(() => {
    if (given.size > 0) go(path, { replace: true });
  }, [given, go, path]);
  return [state, dispatch, given];
}

/** Starts what was written, or schedules it; the same request is never started twice. */
export function useCreation(
  state: BatchCreationState,
  dispatch: Dispatch<CreationAction>,
  models: readonly ModelView[],
) {
  const start = useStart();
  const [missing, setMissing] = useState(false);
  const creation = useMutation({
    mutationFn: () => start(workOf(state, models), state.at),
    onSuccess: () => {
      dispatch({ type: "started" });
      setMissing(false);
      if (state.at === null) toastStarted(countOf(state));
    },
  });
  return {
    submit: () => {
      const empty = draftsOf(state).some((draft) => !draft.prompt.trim()) || state.at === "";
      setMissing(empty);
      if (!empty) creation.mutate();
    },
    submitting: creation.isPending,
    error: isCancelled(creation.error) ? null : creation.error,
    problem: creation.error instanceof ApiProblem ? creation.error : null,
    missing,
  };
}

/** Say that videos are being made, also where their cards are out of sight. */
function toastStarted(videos: number): void {
  toast(say.create.started(videos), {
    action: {
      label: say.create.show,
      run: () => {
        document.getElementById(PROGRESS_ID)?.focus();
      },
    },
  });
}

/** Returns what sends a request under a key that stays the same until it has been answered well. */
function useStart(): (work: NewVideos, at: string | null) => Promise<void> {
  const api = useApi();
  const queries = useQueryClient();
  const scheduled = useScheduled();
  const attempt = useRef({ request: "", key: "" });
  return async (work, at) => {
    const request = JSON.stringify([work, at], (_, value: unknown) =>
      value instanceof File ? [value.name, value.size, value.lastModified] : value,
    );
    if (attempt.current.request !== request) attempt.current = { request, key: crypto.randomUUID() };
    const { key } = attempt.current;
    if (at !== null) scheduled(await api.scheduleVideos(new Date(at).toISOString(), work, key));
    else if ("video" in work) await api.createSingle(work.video, key);
    else if ("variations" in work) await api.createVariations(work.variations, key);
    else await api.createBatch(work.batch.videos, work.batch, key);
    attempt.current = { request: "", key: "" };
    await queries.invalidateQueries({ queryKey: keys.videos });
  };
}

/** Tells of a schedule, and takes it back when asked to. */
function useScheduled(): (schedule: ScheduleView) => void {
  const api = useApi();
  const queries = useQueryClient();
  const read = () => queries.invalidateQueries({ queryKey: keys.schedules });
  const cancel = useMutation({
    mutationFn: (scheduleId: string) => api.queue.cancelSchedule(scheduleId),
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
    onSettled: read,
  });
  return ({ schedule_id, at }) => {
    void read();
    toast(say.create.scheduled(formatMoment(at)), {
      undo: () => {
        cancel.mutate(schedule_id);
      },
    });
  };
}
