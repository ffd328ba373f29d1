import { screen, waitFor } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { FakeServer } from "../../testing/FakeServer";
import { FakeStore, FORM } from "../../testing/FakeStore";
import { show } from "../../testing/render";
import { aModel } from "../../testing/samples";
import { VideoFields } from "../jobs/lazyParts";
import CreateVideoPage from "./CreateVideoPage";

function page(): FakeServer {
  return new FakeServer()
    .on("GET /models", { models: [aModel({ references: ["image"] })], providers: [] })
    .on("GET /projects", { projects: [], cursor: null })
    .on("GET /templates", { templates: [], cursor: null })
    .on("GET /videos", { videos: [], cursor: null })
    .on("GET /events", {})
    .on("POST /uploads", FORM);
}

// As when the browser had time for it: what suspends within an event is not taken up again here.
beforeAll(() => VideoFields.preload());
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the reference of a video", () => {
  it("shows how far it is while the video is started, and is cancelled by removing it", async () => {
    const store = new FakeStore();
    const server = page();
    const { user } = show(<CreateVideoPage />, server, "/create-video?prompt=a+fox");
    await user.upload(await screen.findByLabelText("Reference picture or video"), new File(["x"], "fox.png"));
    await user.click(screen.getByRole("button", { name: "Generate Video" }));
    await store.received(40);
    await screen.findByText("40 %");
    await user.click(screen.getByRole("button", { name: "Remove fox.png" }));
    await waitFor(() => {
      expect(screen.queryByRole("progressbar", { name: "fox.png" })).toBeNull();
    });
    await screen.findByRole("button", { name: "Generate Video" });
    expect(screen.queryByText(/stopped/)).toBeNull();
    expect(server.sentTo("POST /videos")).toEqual([]);
  });
});
