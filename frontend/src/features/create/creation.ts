import { kindOf } from "../../api/fileTypes";
import type { NewVideo, NewVideos } from "../../api/requests";
import type { ModelView, TemplateModel } from "../../api/schema";

export type CreationMode = "single" | "variations" | "batch";

export const MODES: readonly CreationMode[] = ["single", "variations", "batch"];
export const MOST_VIDEOS = 3;

/** What a user enters for one video; empty text is left to the catalogue. */
export interface VideoDraft {
  readonly title: string;
  readonly prompt: string;
  readonly model: string;
  readonly size: string;
  readonly seconds: string;
  /** A picture or a video to go by. */
  readonly reference: File | undefined;
}

/** Everything that is being written on the page, for all three ways of creating. */
export interface BatchCreationState {
  readonly mode: CreationMode;
  readonly projectId: string;
  readonly variations: number;
  /** When it is made, as a local time such as `2026-12-01T08:00`; null for now. */
  readonly at: string | null;
  /** The first is also what a single video and variations are made of. */
  readonly videos: readonly VideoDraft[];
}

export const EMPTY: VideoDraft = {
  title: "",
  prompt: "",
  model: "",
  size: "",
  seconds: "",
  reference: undefined,
};
export const START: BatchCreationState = {
  mode: "single",
  projectId: "",
  variations: 2,
  at: null,
  videos: [EMPTY, EMPTY],
};

export type CreationAction =
  | { readonly type: "mode"; readonly mode: CreationMode }
  | { readonly type: "project"; readonly projectId: string }
  | { readonly type: "variations"; readonly count: number }
  | { readonly type: "at"; readonly at: string | null }
  | { readonly type: "wrote"; readonly place: number; readonly more: Partial<VideoDraft> }
  | { readonly type: "prefilled"; readonly query: URLSearchParams }
  | { readonly type: "added" }
  | { readonly type: "removed"; readonly place: number }
  | { readonly type: "started" };

export function creationReducer(state: BatchCreationState, action: CreationAction): BatchCreationState {
  switch (action.type) {
    case "mode":
      return { ...state, mode: action.mode };
    case "project":
      return { ...state, projectId: action.projectId };
    case "variations":
      return { ...state, variations: action.count };
    case "at":
      return { ...state, at: action.at };
    case "wrote": {
      const videos = state.videos.map((video, place) =>
        place === action.place ? { ...video, ...action.more } : video,
      );
      return { ...state, videos };
    }
    case "prefilled":
      return prefilled(state, action.query);
    case "added":
      return state.videos.length < MOST_VIDEOS ? { ...state, videos: [...state.videos, EMPTY] } : state;
    case "removed":
      return { ...state, videos: state.videos.filter((_, place) => place !== action.place) };
    case "started":
      // Everything stays, to be changed a little and made again.
      return { ...state, at: null };
  }
}

/** The drafts that the chosen way makes videos of. */
export function draftsOf(state: BatchCreationState): readonly VideoDraft[] {
  return state.mode === "batch" ? state.videos : state.videos.slice(0, 1);
}

/** How many videos the request makes. */
export function countOf(state: BatchCreationState): number {
  return state.mode === "variations" ? state.variations : draftsOf(state).length;
}

const WORDS = ["title", "prompt", "model", "size", "seconds"] as const;

/** Take what an address or a template gives: `?prompt=a+fox&model=local&mode=variations`. */
export function prefilled(state: BatchCreationState, query: URLSearchParams): BatchCreationState {
  const given: Partial<Record<(typeof WORDS)[number], string>> = {};
  for (const field of WORDS) {
    const value = query.get(field);
    if (value !== null) given[field] = value;
  }
  const variations = Number(query.get("variations") ?? "");
  const several = Number.isInteger(variations) && variations >= 1 && variations <= MOST_VIDEOS;
  const mode = MODES.find((one) => one === query.get("mode")) ?? (several ? "variations" : state.mode);
  const [first = EMPTY, ...others] = state.videos;
  return {
    ...state,
    mode,
    projectId: query.get("project_id") ?? state.projectId,
    variations: several ? variations : state.variations,
    videos: [{ ...first, ...given }, ...others],
  };
}

/** Write what a template gives as an address would; what it leaves open becomes empty. */
export function queryOf(template: Readonly<Record<string, unknown>>): URLSearchParams {
  const query = new URLSearchParams();
  for (const field of [...WORDS, "project_id"]) query.set(field, textOf(template[field]));
  const variations = textOf(template.variations);
  if (variations) query.set("variations", variations);
  return query;
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Write a template of what is being written: the first video, with its settings. */
export function templateOf(state: BatchCreationState, name: string): TemplateModel {
  const [draft = EMPTY] = state.videos;
  return {
    name: name.trim(),
    prompt: draft.prompt.trim(),
    title: draft.title.trim() || null,
    model: draft.model || null,
    size: draft.size || null,
    seconds: draft.seconds || null,
    variations: state.mode === "variations" ? state.variations : null,
    project_id: state.projectId || null,
  };
}

/** Write the request. */
export function workOf(state: BatchCreationState, models: readonly ModelView[]): NewVideos {
  const project_id = state.projectId || null;
  const videos = draftsOf(state).map((draft) => requestOf(draft, models));
  const first = { ...(videos[0] ?? requestOf(EMPTY, models)), project_id };
  if (state.mode === "single") return { video: first };
  if (state.mode === "variations") return { variations: { ...first, variations: state.variations } };
  return { batch: { videos, project_id } };
}

/** Write one video of the request. */
export function requestOf(draft: VideoDraft, models: readonly ModelView[]): NewVideo {
  const { title, prompt, model: name, size, reference } = draft;
  const model = modelOf(models, name);
  const seconds = secondsOf(draft, model);
  return {
    prompt: prompt.trim(),
    ...(title.trim() ? { title: title.trim() } : {}),
    ...(name ? { model: name } : {}),
    ...(size ? { size } : {}),
    ...(seconds ? { seconds } : {}),
    ...(reference && goesBy(model, reference) ? { imageReference: reference } : {}),
  };
}

/** Whether a model can go by a file. */
export function goesBy(model: ModelView | undefined, { name }: File): boolean {
  const kind = kindOf(name);
  return kind !== undefined && (model?.references.includes(kind) ?? false);
}

const USUAL_SECONDS = 4;

/** The length that is asked for: what was chosen, else a usual one that the model makes. */
export function secondsOf(draft: VideoDraft, model: ModelView | undefined): string {
  if (draft.seconds || !model) return draft.seconds;
  const { seconds, shortest_seconds: shortest, longest_seconds: longest } = model;
  const fits =
    seconds?.find((one) => one >= USUAL_SECONDS) ?? Math.min(Math.max(USUAL_SECONDS, shortest), longest);
  return String(fits);
}

export function modelOf(models: readonly ModelView[], name: string): ModelView | undefined {
  return models.find((model) => (name ? model.name === name : model.is_default)) ?? models[0];
}

/** What the drafts will cost, in dollars; null where a price is not known. */
export function priceOf(state: BatchCreationState, models: readonly ModelView[]): number | null {
  const times = state.mode === "variations" ? state.variations : 1;
  let sum = 0;
  for (const draft of draftsOf(state)) {
    const model = modelOf(models, draft.model);
    const price = model === undefined ? null : unitPrice(model, draft.size || (model.sizes?.[0] ?? ""));
    if (price === null) return null;
    const seconds = Number(secondsOf(draft, model));
    sum += price * (model?.price_unit === "second" ? seconds : 1) * times;
  }
  return Math.ceil(sum * 100 - 1e-9) / 100;
}

/** What a second or a clip of this size costs; the most that the provider asks where the size has no price. */
function unitPrice(model: ModelView, size: string): number | null {
  const resolution = `${Math.min(...size.split("x").map(Number))}p`;
  return model.prices?.[resolution] ?? model.price;
}
