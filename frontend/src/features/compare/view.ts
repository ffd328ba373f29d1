import type { Side } from "./usePlayback";
import { bounded, MAX_ZOOM, WHOLE, type Zoom } from "./zoom";

export type CompareMode = "side" | "wipe";

/** How two versions are shown: all of it is in the address. */
export interface CompareView {
  readonly mode: CompareMode;
  /** Where the wipe's edge is, in percent of the width. */
  readonly edge: number;
  readonly zoom: Zoom;
  /** The side that is heard; null for neither. */
  readonly heard: Side | null;
  readonly looping: boolean;
  /** Seconds at which both stand. */
  readonly at: number;
}

export const FIRST_VIEW: CompareView = {
  mode: "side",
  edge: 50,
  zoom: WHOLE,
  heard: null,
  looping: false,
  at: 0,
};

/** Read a view from an address; what is missing or wrong is as at first. */
export function viewOf(search: URLSearchParams): CompareView {
  const number = (name: string, low: number, high: number, otherwise: number) => {
    const text = search.get(name) ?? "";
    const value = Number(text);
    return text === "" || !Number.isFinite(value) ? otherwise : Math.min(high, Math.max(low, value));
  };
  const sound = search.get("sound");
  return {
    mode: search.get("view") === "wipe" ? "wipe" : "side",
    edge: number("edge", 0, 100, FIRST_VIEW.edge),
    zoom: bounded({
      zoom: number("zoom", 1, MAX_ZOOM, 1),
      x: number("x", -MAX_ZOOM, MAX_ZOOM, 0),
      y: number("y", -MAX_ZOOM, MAX_ZOOM, 0),
    }),
    heard: sound === "left" || sound === "right" ? sound : null,
    looping: search.get("loop") === "1",
    at: number("at", 0, Number.MAX_SAFE_INTEGER, 0),
  };
}

/** Write what changed into an address; what is as at first is left out. */
export function writeView(search: URLSearchParams, change: Partial<CompareView>): void {
  const view = { ...viewOf(search), ...change };
  const rounded = (value: number, places: number) => String(Number(value.toFixed(places)));
  const texts = {
    view: view.mode === "wipe" ? "wipe" : "",
    edge: view.edge === FIRST_VIEW.edge ? "" : rounded(view.edge, 1),
    zoom: view.zoom.zoom === 1 ? "" : rounded(view.zoom.zoom, 3),
    x: view.zoom.x === 0 ? "" : rounded(view.zoom.x, 4),
    y: view.zoom.y === 0 ? "" : rounded(view.zoom.y, 4),
    sound: view.heard ?? "",
    loop: view.looping ? "1" : "",
    at: view.at === 0 ? "" : rounded(view.at, 3),
  };
  for (const [name, text] of Object.entries(texts)) {
    if (text === "") search.delete(name);
    else search.set(name, text);
  }
}
