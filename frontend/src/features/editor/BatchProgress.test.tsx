import { screen, waitFor } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import type { BatchView } from "../../api/schema";
import { FakeServer, problem } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aBatch, aJob, anEstimate, aRegeneration } from "../../testing/samples";
import { BatchProgress } from "./BatchProgress";
import { FailedTakes, HeldBatch } from "./lazyBatchParts";

const BATCH = "/jobs/job/batches/batch";

const aModel = (name: string) => ({ name: name.toLowerCase(), title: name });

function batchOf(batch: BatchView, server = new FakeServer()) {
  server.on(`GET ${BATCH}`, batch);
  const shown = show(<BatchProgress job={aJob(3)} batchId="batch" connection="events" />, server);
  return { ...shown, server };
}

// As when the browser had time for it: what suspends within an event is not taken up again here.
beforeAll(() => Promise.all([FailedTakes.preload(), HeldBatch.preload()]));

describe("BatchProgress", () => {
  it("says in one line how far all of it is, and shows what runs first", async () => {
    batchOf(
      aBatch([
        aRegeneration(0, { status: "succeeded", progress: 100 }),
        aRegeneration(1, { status: "generating", progress: 50 }),
        aRegeneration(2),
      ]),
    );
    expect(await screen.findByText(/^Take 2 of 3 · 50 %/)).toBeTruthy();
    const bar = screen.getByRole("progressbar", { name: "Regeneration 1" });
    expect(bar.getAttribute("aria-valuenow")).toBe("50");
    const names = screen.getAllByRole("listitem").map((item) => /\d\. \w+/.exec(item.textContent)?.[0]);
    expect(names).toEqual(["2. SnowGenerating", "3. NightQueued", "1. FoxDone"]);
  });

  it("folds what waits and what is done where they are many", async () => {
    const many = Array.from({ length: 20 }, (_, index) => aRegeneration(index));
    batchOf(aBatch(many));
    expect(await screen.findByText("20 queued")).toBeTruthy();
    expect(document.querySelector("details")?.open).toBe(false);
  });

  it("keeps what was read when the server stops answering", async () => {
    let isAway = false;
    const server = new FakeServer();
    const batch = aBatch([aRegeneration(0, { status: "generating", progress: 10 })], {
      estimated_total_time: 1,
    });
    const shown = batchOf(batch, server);
    server.on(`GET ${BATCH}`, () => (isAway ? problem(500, "Away.") : batch));
    await screen.findByText(/^Take 1 of 1/);
    isAway = true;
    await waitFor(() => {
      expect(server.sentTo(`GET ${BATCH}`).length).toBeGreaterThan(1);
    });
    expect(screen.getByText(/^Take 1 of 1/)).toBeTruthy();
    expect(screen.queryByText("Away.")).toBeNull();
    expect(shown.places).toHaveLength(1);
  });

  it("is cancelled by one press, and says that finished clips stay", async () => {
    const batch = aBatch([aRegeneration(0, { status: "generating" })]);
    const { user, server } = batchOf(batch);
    server.on(`POST ${BATCH}/cancel`, () => {
      server.on(`GET ${BATCH}`, { ...batch, cancel_requested: true, status: "cancelling" });
      return batch;
    });
    await user.click(await screen.findByRole("button", { name: "Cancel batch" }));
    expect(await screen.findByText("Cancelling… clips that are finished stay.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Cancel batch" })).toBeNull();
  });

  it("says why it is held, prices another model before, and goes on with it by one press", async () => {
    const reason = "3 in a row were refused at replicate, so 1 more was not started.";
    const failed = { status: "failed", error: "No credit." } as const;
    const batch = aBatch(
      [aRegeneration(0, failed), aRegeneration(1, failed), aRegeneration(2, failed), aRegeneration(3)],
      {
        status: "held",
        paused: true,
        held: { reason, provider: "replicate", since: "2026-11-29T08:00:00Z", left: 1 },
      },
    );
    const server = new FakeServer()
      .on("GET /models", { default_model: "local", models: [aModel("Fast"), aModel("Gone")], providers: [] })
      .on(`POST ${BATCH}/change-model/estimate`, ({ body }) =>
        (body as { model: string }).model === "gone"
          ? problem(422, "Gone was taken down by its provider.")
          : anEstimate({ estimated_total_cost: 0.4 }),
      )
      .on(`POST ${BATCH}/change-model`, batch);
    const { user } = batchOf(batch, server);
    expect(await screen.findByText(reason)).toBeTruthy();
    expect(screen.getByText("Held")).toBeTruthy();
    const choice = screen.getByLabelText("Model for the rest");
    await screen.findByRole("option", { name: "Gone" });
    await user.selectOptions(choice, "gone");
    expect(await screen.findByText("Gone was taken down by its provider.")).toBeTruthy();
    await user.selectOptions(choice, "fast");
    await user.click(await screen.findByRole("button", { name: "Continue with it for $0.40" }));
    await waitFor(() => {
      expect(server.sentTo(`POST ${BATCH}/change-model`).map(({ body }) => body)).toEqual([
        { model: "fast" },
      ]);
    });
  });

  it("goes on as it was by one press", async () => {
    const held = { reason: "3 in a row failed.", provider: "fal", since: "2026-11-29T08:00:00Z", left: 1 };
    const batch = aBatch([aRegeneration(0)], { status: "held", paused: true, held });
    const server = new FakeServer()
      .on("GET /models", { default_model: "local", models: [], providers: [] })
      .on(`POST ${BATCH}/resume`, batch);
    const { user } = batchOf(batch, server);
    await user.click(await screen.findByRole("button", { name: "Resume" }));
    await waitFor(() => {
      expect(server.sentTo(`POST ${BATCH}/resume`)).toHaveLength(1);
    });
  });

  it("groups failures by reason, and tries one again with other words", async () => {
    const reason = "I do not understand “xyz”.";
    const failed = { status: "failed", error: reason, instruction: "xyz" } as const;
    const batch = aBatch(
      [aRegeneration(0, failed), aRegeneration(1, failed), aRegeneration(2, { status: "succeeded" })],
      {
        status: "partial",
        charged: 0.02,
      },
    );
    const { user, server } = batchOf(batch);
    server.on("POST /jobs/job/clips/batch-regenerate", { batch_id: "next" });
    expect(await screen.findByText("1 of 3 clips regenerated.")).toBeTruthy();
    expect(screen.getAllByText(reason)).toHaveLength(1);
    const words = screen.getByLabelText("Instruction for 2. Snow");
    await user.clear(words);
    await user.type(words, "warmer colors");
    await user.click(screen.getByRole("button", { name: "Retry 2. Snow" }));
    await screen.findByText("“2. Snow” is being regenerated.");
    expect(server.sentTo("POST /jobs/job/clips/batch-regenerate").map(({ body }) => body)).toEqual([
      { clips: [{ clip_index: 1, instruction: "warmer colors", model: "local" }] },
    ]);
  });

  it("tries all again with another model, under one key however often it is pressed", async () => {
    const batch = aBatch([aRegeneration(0, { status: "failed", error: "No." })], { status: "failed" });
    const server = new FakeServer()
      .on("GET /models", { models: [aModel("Fast")], providers: [] })
      .on(`POST ${BATCH}/retry`, () => problem(409, "Busy."));
    const { user } = batchOf(batch, server);
    const retry = await screen.findByRole("button", { name: "Retry failed" });
    await user.click(retry);
    await screen.findByRole("option", { name: "Fast" });
    await user.selectOptions(screen.getByLabelText("Model"), "fast");
    await user.click(retry);
    await user.click(retry);
    const sent = server.sentTo(`POST ${BATCH}/retry`);
    expect(sent.map(({ body }) => body)).toEqual([undefined, { model: "fast" }, { model: "fast" }]);
    const [own, first, second] = sent.map(({ headers }) => headers.get("idempotency-key"));
    expect(second).toBe(first);
    expect(first).not.toBe(own);
  });

  it("offers no retry of a clip that was removed since", async () => {
    const gone = aRegeneration(0, { clip_id: "gone", status: "failed", error: "No." });
    batchOf(aBatch([gone], { status: "failed" }));
    await screen.findByText("No.");
    expect(screen.queryByRole("button", { name: /Retry 1/ })).toBeNull();
    expect(screen.getByText("1. Fox, removed since")).toBeTruthy();
  });
});
