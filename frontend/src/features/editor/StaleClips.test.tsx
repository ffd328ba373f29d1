import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FakeServer } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aClip, aJob, anEstimate } from "../../testing/samples";
import { StaleClips } from "./StaleClips";

const REGENERATE = "POST /jobs/job/clips/batch-regenerate";
const ESTIMATE = `${REGENERATE}/estimate`;
const WHY = "Its first frame is from version 1 of “Fox” (clip 0), which shows version 2 now.";

const JOB = aJob(3, {
  clips: [aClip(0), aClip(1, { stale: true, stale_reason: WHY }), aClip(2)],
  update_order: [1, 2],
});
const REQUEST = { clips: [1, 2].map((clip_index) => ({ clip_index, repeat: true })) };

describe("StaleClips", () => {
  it("shows nothing where no clip is stale", () => {
    show(<StaleClips job={aJob(2)} />, new FakeServer());
    expect(screen.queryByRole("button", { name: "Update all stale" })).toBeNull();
  });

  it("says why a clip is stale, and which others are made again with it", () => {
    show(<StaleClips job={JOB} />, new FakeServer());
    expect(screen.getByText(WHY, { exact: false })).toBeTruthy();
    expect(screen.getByText(/^With them: .*Night/)).toBeTruthy();
  });

  it("says the price first, and starts nothing before that is agreed to", async () => {
    const server = new FakeServer()
      .on(ESTIMATE, anEstimate({ estimated_total_cost: 0.04 }))
      .on(REGENERATE, { batch_id: "b" });
    const { user } = show(<StaleClips job={JOB} />, server);
    await user.click(screen.getByRole("button", { name: "Update all stale" }));
    const confirm = await screen.findByRole("button", { name: "Regenerate 2 clips · $0.04" });
    expect(server.sentTo(ESTIMATE).map(({ body }) => body)).toEqual([REQUEST]);
    expect(server.sentTo(REGENERATE)).toEqual([]);
    await user.click(confirm);
    await waitFor(() => {
      expect(server.sentTo(REGENERATE).map(({ body }) => body)).toEqual([REQUEST]);
    });
    expect(server.sentTo(REGENERATE)[0]?.headers.get("idempotency-key")).toBeTruthy();
  });
});
