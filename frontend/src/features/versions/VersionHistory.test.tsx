import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { VersionView } from "../../api/schema";
import { FakeServer } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aJob, aVersion } from "../../testing/samples";
import { VersionHistory } from "./VersionHistory";

const THREE = [
  aVersion({ version_number: 3, state: "current", user_instruction: "make it night", cost: 0.018 }),
  aVersion({ version_number: 2, user_instruction: "warmer" }),
  aVersion({ version_number: 1 }),
];

function history(versions: readonly VersionView[] = THREE) {
  const played: number[] = [];
  const list = {
    clip_id: "clip-0",
    clip_index: 0,
    current_version: 3,
    job_id: "job",
    max_active_versions: 5,
  };
  const server = new FakeServer().on("GET /jobs/job/clips/0/versions", { ...list, versions });
  const shown = show(
    <VersionHistory
      job={aJob(1)}
      clipIndex={0}
      playing={null}
      onPlay={({ version_number }) => played.push(version_number)}
      onClose={() => undefined}
    />,
    server,
  );
  return { ...shown, server, played };
}

async function entry(number: number): Promise<HTMLElement> {
  const title = await screen.findByRole("heading", { name: new RegExp(`^Version ${number} `) });
  return title.closest("li") ?? document.body;
}

describe("VersionHistory", () => {
  it("tells of each version what made it and what it cost, and marks the current one", async () => {
    history();
    expect((await entry(3)).textContent).toContain("(Current) ✓");
    expect((await entry(3)).textContent).toContain("“make it night” - $0.018");
    expect((await entry(1)).textContent).toContain("(Original)");
    expect((await entry(1)).textContent).toContain("a red fox");
    expect(screen.getByText(/The last 5 versions stay at hand/)).toBeTruthy();
  });

  it("restores an earlier version once, and takes that back by Undo", async () => {
    const { user, server } = history();
    server.on("POST /jobs/job/clips/0/versions/version-2/restore", { state: "current" });
    server.on("POST /jobs/job/clips/0/versions/version-3/restore", { state: "current" });
    await user.click(await screen.findByRole("button", { name: "Restore Version 2" }));
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => {
      const restored = server.sent.filter(({ method }) => method === "POST").map(({ path }) => path);
      expect(restored).toEqual([
        "/jobs/job/clips/0/versions/version-2/restore",
        "/jobs/job/clips/0/versions/version-3/restore",
      ]);
    });
  });

  it("offers to compare every other version with the current one, and neither for the current one itself", async () => {
    history();
    const current = within(await entry(3));
    expect(current.queryByRole("button", { name: /Restore/ })).toBeNull();
    const link = within(await entry(1)).getByRole("link", { name: "Compare Version 1" });
    expect(link.getAttribute("href")).toBe("/jobs/job/clips/0/compare?left=version-1&right=version-3");
  });

  it("plays a version where it is asked to, and not one that was deleted", async () => {
    const deleted = aVersion({ version_number: 1, state: "deleted", video_url: null });
    const { user, played } = history([...THREE.slice(0, 2), deleted]);
    await user.click(await screen.findByRole("button", { name: "Play version 2" }));
    expect(played).toEqual([2]);
    expect(screen.queryByRole("button", { name: "Play version 1" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Restore Version 1" })).toBeNull();
  });

  it("puts takes of one request together, to choose from", async () => {
    const takes = [1, 2].map((take) =>
      aVersion({
        version_number: take + 1,
        take,
        takes: 2,
        batch_id: "b",
        user_instruction: "warmer",
        regeneration_id: `r${take}`,
      }),
    );
    history([...takes, aVersion({ version_number: 1, state: "current" })]);
    expect(await screen.findByText("2 takes to choose from")).toBeTruthy();
    expect(screen.getAllByRole("button", { name: /^Make current Version/ })).toHaveLength(2);
  });
});
