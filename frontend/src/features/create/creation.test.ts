import { describe, expect, it } from "vitest";
import type { ModelView } from "../../api/schema";
import {
  type BatchCreationState,
  creationReducer,
  EMPTY,
  prefilled,
  priceOf,
  queryOf,
  secondsOf,
  START,
  templateOf,
  requestOf,
  workOf,
} from "./creation";

const model = (more: Partial<ModelView>) =>
  ({
    name: "local",
    is_default: true,
    shortest_seconds: 1,
    longest_seconds: 60,
    seconds: null,
    price: 0.012,
    price_unit: "second",
    references: [],
    ...more,
  }) as ModelView;
const local = model({});
const fixed = model({ name: "fixed", is_default: false, seconds: [6, 8], price: 0.5, price_unit: "clip" });
const free = model({ name: "unknown", is_default: false, price: null });
const models = [local, fixed, free];
const batch = (...names: string[]): BatchCreationState => ({
  ...START,
  mode: "batch",
  videos: names.map((name) => ({ ...EMPTY, model: name, prompt: "x" })),
});

describe("creationReducer", () => {
  it("adds up to three videos, and removes them", () => {
    const three = creationReducer(creationReducer(START, { type: "added" }), { type: "added" });
    expect(three.videos).toHaveLength(3);
    expect(creationReducer(three, { type: "removed", place: 0 }).videos).toHaveLength(2);
  });

  it("keeps what was written, to be changed a little and made again", () => {
    const wrote = creationReducer(START, {
      type: "wrote",
      place: 0,
      more: { prompt: "a fox", size: "1280x720" },
    });
    expect(creationReducer(wrote, { type: "started" }).videos[0]).toEqual({
      ...EMPTY,
      prompt: "a fox",
      size: "1280x720",
    });
  });

  it("starts the next one now, whenever the last one was for", () => {
    const later = creationReducer(START, { type: "at", at: "2026-12-01T08:00" });
    expect(creationReducer(later, { type: "started" }).at).toBeNull();
  });

  it("loses the file of a video that is removed, and no other", () => {
    const file = new File([], "fox.png");
    const two = creationReducer(START, { type: "wrote", place: 1, more: { reference: file } });
    expect(creationReducer(two, { type: "removed", place: 0 }).videos).toEqual([
      { ...EMPTY, reference: file },
    ]);
  });
});

describe("what an address gives", () => {
  it("fills the first video and chooses the way", () => {
    const state = prefilled(START, new URLSearchParams("prompt=a+fox&mode=variations&model=fixed"));
    expect(state.mode).toBe("variations");
    expect(state.videos[0]).toEqual({ ...EMPTY, prompt: "a fox", model: "fixed" });
    expect(prefilled(START, new URLSearchParams("mode=other"))).toEqual(START);
  });
});

describe("what a template gives", () => {
  const words = { prompt: "a fox", title: null, model: "fixed", size: null, seconds: "8" };

  it("takes the place of what was written, also where it leaves something open", () => {
    const wrote = creationReducer(START, { type: "wrote", place: 0, more: { title: "x", size: "1x1" } });
    const state = prefilled(wrote, queryOf({ ...words, variations: 3, project_id: "p" }));
    expect(state.videos[0]).toEqual({ ...EMPTY, prompt: "a fox", model: "fixed", seconds: "8" });
    expect([state.mode, state.variations, state.projectId]).toEqual(["variations", 3, "p"]);
    expect(prefilled(wrote, queryOf({ ...words, variations: null })).mode).toBe("single");
  });

  it("is what was kept", () => {
    const state = prefilled(START, queryOf({ ...words, variations: 2, project_id: null }));
    expect(templateOf(state, " Fox ")).toEqual({ ...words, name: "Fox", variations: 2, project_id: null });
  });
});

describe("the request", () => {
  it("is one video, variations or a batch, in a project or in none", () => {
    const wrote = {
      ...START,
      videos: [
        { ...EMPTY, prompt: "a" },
        { ...EMPTY, prompt: "b" },
      ],
    };
    const a = { prompt: "a", seconds: "4" };
    expect(workOf(wrote, models)).toEqual({ video: { ...a, project_id: null } });
    expect(workOf({ ...wrote, mode: "variations", projectId: "p" }, models)).toEqual({
      variations: { ...a, project_id: "p", variations: 2 },
    });
    expect(workOf({ ...wrote, mode: "batch" }, models)).toEqual({
      batch: { videos: [a, { prompt: "b", seconds: "4" }], project_id: null },
    });
  });

  it("uses a file where the model can, and leaves it out where it cannot", () => {
    const picture = new File([], "fox.png");
    const draft = { ...EMPTY, prompt: "a", reference: picture };
    expect(requestOf(draft, models)).not.toHaveProperty("imageReference");
    expect(requestOf(draft, [model({ references: ["image"] })])).toMatchObject({ imageReference: picture });
    expect(requestOf(draft, [model({ references: ["video"] })])).not.toHaveProperty("imageReference");
  });

  it("leaves out what was not chosen, but says the length that was priced", () => {
    expect(requestOf({ ...EMPTY, prompt: " a fox " }, models)).toEqual({ prompt: "a fox", seconds: "4" });
    expect(secondsOf({ ...EMPTY, model: "fixed" }, fixed)).toBe("6");
  });
});

describe("priceOf", () => {
  it("prices by the second or by the clip, for every video and variation", () => {
    expect(priceOf({ ...START, mode: "single" }, models)).toBe(0.05);
    expect(priceOf({ ...START, mode: "variations", variations: 3 }, models)).toBe(0.15);
    expect(priceOf(batch("local", "fixed"), models)).toBe(0.55);
  });

  it("prices by the size that is made, where sizes have prices of their own", () => {
    const tiered = model({
      name: "tiered",
      sizes: ["1280x720", "640x360", "720x1280", "1920x1080"],
      price: 0.15,
      prices: { "360p": 0.03, "720p": 0.1 },
      seconds: [10],
    });
    const price = (size: string) =>
      priceOf({ ...START, mode: "batch", videos: [{ ...EMPTY, model: "tiered", prompt: "x", size }] }, [
        tiered,
      ]);
    expect(price("")).toBe(1);
    expect(price("640x360")).toBe(0.3);
    expect(price("720x1280")).toBe(1);
    expect(price("1920x1080")).toBe(1.5);
  });

  it("is not known where one model's price is not", () => {
    expect(priceOf(batch("local", "unknown"), models)).toBeNull();
    expect(priceOf(START, [])).toBeNull();
  });
});
