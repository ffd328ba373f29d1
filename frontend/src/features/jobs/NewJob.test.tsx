import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { FakeServer, problem } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aJob, aModel } from "../../testing/samples";
import { ClipReferences, VideoFields } from "./lazyParts";
import { NewJob } from "./NewJob";
import { forgetNewClips, NEW_JOB } from "./useNewClips";

const MODEL = aModel();
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
beforeAll(() => Promise.all([VideoFields.preload(), ClipReferences.preload()]));
afterEach(() => {
  forgetNewClips(NEW_JOB);
});

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

  it("lets clips continue each other, but not both ways at once", async () => {
    const first = { role: "first_frame", kind: "image", most: 1 } as const;
    const rules = { ...MODEL.reference_rules, roles: [first, { ...first, role: "last_frame" as const }] };
    const { user, server } = newJob();
    server.on("GET /models", { models: [{ ...MODEL, reference_rules: rules }], providers: [] });
    server.on("POST /jobs", aJob(2, { job_id: "made" }));
    await user.click(screen.getByRole("button", { name: "Add a prompt" }));
    await user.click(screen.getByRole("button", { name: "Add a prompt" }));
    const [fox, owl] = await screen.findAllByRole("textbox", { name: "Prompt" });
    if (!fox || !owl) throw new Error("There are two prompts.");
    await user.type(fox, "a fox");
    await user.type(owl, "an owl");
    const [before, onward] = await screen.findAllByRole<HTMLInputElement>("checkbox", {
      name: /before ends/,
    });
    const [after] = screen.getAllByRole<HTMLInputElement>("checkbox", { name: /after begins/ });
    if (!before || !onward || !after) throw new Error("Both clips can continue others.");
    expect(before.disabled).toBe(true);
    expect(rows()[0]?.textContent).toContain("There is no clip before it.");
    await user.click(onward);
    expect(after.disabled).toBe(true);
    expect(rows()[0]?.textContent).toContain("The clip after begins where this one ends.");
    await user.click(await screen.findByRole("button", { name: "Make a job of 2 clips" }));
    await waitFor(() => {
      expect(server.sentTo("POST /jobs")).toHaveLength(1);
    });
    const body = server.sentTo("POST /jobs")[0]?.body as { clips: object[] };
    expect(body.clips[0]).not.toHaveProperty("from");
    expect(body.clips[1]).toMatchObject({ prompt: "an owl", from: "previous" });
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
