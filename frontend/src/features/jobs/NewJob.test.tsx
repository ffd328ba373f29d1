import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ModelView } from "../../api/schema";
import { FakeServer, problem } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aJob } from "../../testing/samples";
import { VideoFields } from "./lazyParts";
import { NewJob } from "./NewJob";
import { forgetNewClips } from "./useNewClips";

const MODEL: ModelView = {
  end_of_life: null,
  ends_in_days: null,
  is_default: true,
  longest_seconds: 8,
  name: "local",
  price: 0.01,
  price_as_of: null,
  price_unit: null,
  prices: null,
  provider: "local",
  references: [],
  seconds: null,
  shortest_seconds: 1,
  sizes: ["1280x720"],
  title: "Built-in",
  warning: null,
};
const ESTIMATE = { estimated_total_cost: 0.04, profile: { width: 1280, height: 720, fps: 30 }, notices: [] };

function newJob() {
  const server = new FakeServer()
    .on("GET /models", { models: [MODEL], providers: [] })
    .on("POST /jobs/estimate", ESTIMATE);
  return { ...show(<NewJob />, server), server };
}

function rows(): readonly HTMLElement[] {
  return within(screen.getByRole("list", { name: "Clips in playback order" })).getAllByRole("listitem");
}

// As when the browser had time for it: what suspends within an event is not taken up again here.
beforeAll(() => VideoFields.preload());
afterEach(forgetNewClips);

describe("NewJob", () => {
  it("makes a job of prompts in their order, and opens it", async () => {
    const { user, server, places } = newJob();
    server.on("POST /jobs", aJob(2, { job_id: "made" }));
    await user.click(screen.getByRole("button", { name: "Add a prompt" }));
    await user.click(screen.getByRole("button", { name: "Add a prompt" }));
    const [first, second] = await screen.findAllByRole("textbox", { name: "Prompt" });
    if (!first || !second) throw new Error("There are two prompts.");
    await user.type(first, "a fox");
    await user.type(second, "an owl");
    await user.click(screen.getByRole("button", { name: "Move Generated clip 2 earlier" }));
    await user.click(await screen.findByRole("button", { name: "Make a job of 2 clips" }));
    await waitFor(() => {
      expect(places.at(-1)).toBe("/jobs/made");
    });
    const body = server.sentTo("POST /jobs")[0]?.body as { title: string; clips: { prompt: string }[] };
    expect(body.clips.map(({ prompt }) => prompt)).toEqual(["an owl", "a fox"]);
    expect(body.title).toBe("Untitled");
  });

  it("sends nothing while a prompt is empty", async () => {
    const { user, server } = newJob();
    await user.click(screen.getByRole("button", { name: "Add a prompt" }));
    await user.click(await screen.findByRole("button", { name: "Make a job of 1 clip" }));
    expect(server.sentTo("POST /jobs")).toEqual([]);
    const prompt = await screen.findByRole("textbox", { name: "Prompt" });
    expect(prompt.getAttribute("aria-invalid")).toBe("true");
  });

  it("says of an empty file what to do, and keeps the job from being made", async () => {
    const { user, server } = newJob();
    const input = document.querySelector<HTMLInputElement>("input[type=file]");
    if (!input) throw new Error("There is a file input.");
    await user.upload(input, new File([], "empty.mp4", { type: "video/mp4" }));
    expect(await screen.findByText("This file is empty. Remove it and choose another.")).toBeTruthy();
    const submit = screen.getByRole("button", { name: "Remove what failed first" });
    await user.click(submit);
    expect(server.sent).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Remove empty.mp4" }));
    expect(screen.queryByRole("list", { name: "Clips in playback order" })).toBeNull();
  });

  it("shows a refusal at the clip that it is about", async () => {
    const { user, server } = newJob();
    server.on("POST /jobs", () => problem(422, "No.", { "clips[0].prompt": "Too long." }));
    await user.click(screen.getByRole("button", { name: "Add a prompt" }));
    await user.type(await screen.findByRole("textbox", { name: "Prompt" }), "a fox");
    await user.click(await screen.findByRole("button", { name: "Make a job of 1 clip" }));
    await waitFor(() => {
      expect(rows()[0]?.textContent).toContain("Too long.");
    });
    expect(screen.queryByText("No.")).toBeNull();
  });

  it("brings dropped clips back by Undo", async () => {
    const { user } = newJob();
    await user.click(screen.getByRole("button", { name: "Add a prompt" }));
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(screen.queryByRole("textbox", { name: "Prompt" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(rows()).toHaveLength(1);
  });
});
