import { screen, waitFor } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import { FakeServer } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aJob } from "../../testing/samples";
import { SoundtrackForm } from "./lazyParts";
import { SoundtrackPanel } from "./SoundtrackPanel";

const SET = "PUT /jobs/job/soundtrack";
const REMOVE = "DELETE /jobs/job/soundtrack";
const TRACK = {
  file_name: "tune.mp3",
  duration_ms: 9000,
  size_bytes: 1,
  with_clips: true,
  level_db: -12,
  ducking_db: 9,
  fade_in_ms: 500,
  fade_out_ms: 0,
  loops: false,
};

describe("SoundtrackPanel", () => {
  beforeAll(() => SoundtrackForm.preload());

  it("changes how a track is heard, and keeps what is not touched", async () => {
    const server = new FakeServer().on(SET, aJob(2, { soundtrack: TRACK }));
    const { user } = show(<SoundtrackPanel job={aJob(2, { soundtrack: TRACK })} />, server);
    expect(screen.getByText(/tune\.mp3/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Change sound track" }));
    const level = await screen.findByLabelText("Level (dB)");
    await user.clear(level);
    await user.type(level, "-20");
    await user.click(screen.getByRole("button", { name: "Apply and compose" }));
    await waitFor(() => {
      expect(server.sentTo(SET).map(({ body }) => body)).toEqual([
        { with_clips: true, level_db: -20, ducking_db: 9, fade_in_ms: 500, fade_out_ms: 0, loops: false },
      ]);
    });
    expect(server.sentTo(SET)[0]?.headers.get("if-match")).toBe('"1"');
  });

  it("removes it", async () => {
    const server = new FakeServer().on(REMOVE, aJob(2));
    const { user } = show(<SoundtrackPanel job={aJob(2, { soundtrack: TRACK })} />, server);
    await user.click(screen.getByRole("button", { name: "Change sound track" }));
    await user.click(await screen.findByRole("button", { name: "Remove" }));
    await waitFor(() => {
      expect(server.sentTo(REMOVE)).toHaveLength(1);
    });
  });

  it("asks for a file where there is no track", async () => {
    const { user } = show(<SoundtrackPanel job={aJob(2)} />, new FakeServer());
    await user.click(screen.getByRole("button", { name: "Add a sound track" }));
    const save = await screen.findByRole("button", { name: "Apply and compose" });
    expect(save.getAttribute("aria-disabled")).toBe("true");
  });
});
