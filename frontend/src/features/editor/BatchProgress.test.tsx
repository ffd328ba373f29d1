import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { BatchView } from "../../api/schema";
import { FakeServer, problem } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aBatch, aJob, aRegeneration } from "../../testing/samples";
import { BatchProgress } from "./BatchProgress";

const BATCH = "/jobs/job/batches/batch";

function batchOf(batch: BatchView, server = new FakeServer()) {
  server.on(`GET ${BATCH}`, batch);
  const shown = show(<BatchProgress job={aJob(3)} batchId="batch" connection="events" />, server);
  return { ...shown, server };
}

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

  it("offers no retry of a clip that was removed since", async () => {
    const gone = aRegeneration(0, { clip_id: "gone", status: "failed", error: "No." });
    batchOf(aBatch([gone], { status: "failed" }));
    await screen.findByText("No.");
    expect(screen.queryByRole("button", { name: /Retry 1/ })).toBeNull();
    expect(screen.getByText("1. Fox, removed since")).toBeTruthy();
  });
});
