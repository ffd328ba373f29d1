import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeServer } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aTrackedVideo } from "../../testing/samples";
import MyVideosPage from "./MyVideosPage";

const FIRST = [aTrackedVideo("Clip 10", { seconds: 2 }), aTrackedVideo("Clip 9", { seconds: 8 })];
const SECOND = [aTrackedVideo("Aurora", { seconds: 4 })];

let isStill = false;

function myVideos(at = "/my-videos") {
  const server = new FakeServer()
    .on("GET /projects", { projects: [], cursor: null })
    .on("GET /events", () => new Response("retry: 60000\n\n"))
    .on("GET /videos", ({ path }) =>
      path.includes("cursor=more") ? { videos: SECOND, cursor: null } : { videos: FIRST, cursor: "more" },
    );
  return { ...show(<MyVideosPage />, server, at), server };
}

function titles(): readonly (string | null)[] {
  return screen.getAllByRole("heading", { level: 3 }).map(({ textContent }) => textContent);
}

beforeEach(() => {
  isStill = false;
  vi.stubGlobal("matchMedia", () => ({ matches: isStill }));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("MyVideosPage", () => {
  it("shows all videos in another order, which the address keeps", async () => {
    const { user, places } = myVideos();
    await screen.findByText("Clip 10");
    expect(titles()).toEqual(["Clip 10", "Clip 9"]);
    await user.selectOptions(screen.getByLabelText("Order"), "By title");
    await waitFor(() => {
      expect(titles()).toEqual(["Aurora", "Clip 9", "Clip 10"]);
    });
    expect(places.at(-1)).toContain("order=title");
  });

  it("takes the order from the address", async () => {
    myVideos("/my-videos?order=longest");
    await waitFor(() => {
      expect(titles()).toEqual(["Clip 9", "Aurora", "Clip 10"]);
    });
  });

  it("plays a video under a mouse, without sound, and not where motion is to be reduced", async () => {
    myVideos();
    await screen.findByText("Clip 10");
    const card = screen.getAllByRole("listitem")[0];
    const picture = card?.firstElementChild ?? document.body;
    fireEvent.pointerEnter(picture, { pointerType: "mouse" });
    const film = card?.querySelector("video");
    expect(film?.getAttribute("src")).toBe("/files/Clip 10.mp4");
    expect(film?.muted).toBe(true);
    fireEvent.pointerLeave(picture);
    expect(card?.querySelector("video")).toBeNull();
    isStill = true;
    fireEvent.pointerEnter(picture, { pointerType: "mouse" });
    expect(card?.querySelector("video")).toBeNull();
  });
});
