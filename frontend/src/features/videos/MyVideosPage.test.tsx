import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeServer } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aModel, aTrackedVideo } from "../../testing/samples";
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

  it("gives a video another title where it stands", async () => {
    const { user, server } = myVideos();
    const [video] = FIRST;
    server.on(`PATCH /jobs/${encodeURIComponent(video?.video_id ?? "")}`, { title: "Night" });
    await user.click(await screen.findByRole("button", { name: "Change the title of Clip 10" }));
    const field = screen.getByRole("textbox", { name: "Change the title of Clip 10" });
    await user.clear(field);
    await user.type(field, "Night{Enter}");
    await waitFor(() => {
      expect(titles()).toEqual(["Night", "Clip 9"]);
    });
  });

  it("makes a video again with another model, whose price stands there before", async () => {
    const failed = aTrackedVideo("Fox", { status: "failed", error: "No.", seconds: 4, actual_cost: null });
    const sized = aModel({ name: "sized", title: "Sized", sizes: ["640x360"] });
    const other = aModel({
      name: "other",
      title: "Other",
      is_default: false,
      price: 0.3,
      price_unit: "clip",
    });
    const { user, server } = myVideos();
    server
      .on("GET /models", { models: [aModel(), other, sized], providers: [] })
      .on("GET /videos", { videos: [failed], cursor: null })
      .on("POST /videos/Fox/retry", { ...failed, status: "processing" });
    const choice = await screen.findByLabelText("Model that makes Fox again");
    expect(
      within(choice)
        .getAllByRole("option")
        .map(({ textContent }) => textContent),
    ).toEqual(["As it was", "Other"]);
    expect(screen.queryByText(/About/)).toBeNull();
    await user.selectOptions(choice, "Other");
    await screen.findByText("About $0.30");
    await user.click(screen.getByRole("button", { name: "Retry" }));
    await waitFor(() => {
      expect(server.sentTo("POST /videos/Fox/retry").map(({ body }) => body)).toEqual([{ model: "other" }]);
    });
  });

  it("takes the order from the address", async () => {
    myVideos("/my-videos?order=longest");
    await waitFor(() => {
      expect(titles()).toEqual(["Clip 9", "Aurora", "Clip 10"]);
    });
  });

  it("has the server look for words, and asks on until something is found", async () => {
    const { server } = myVideos("/my-videos?q=aurora");
    server.on("GET /videos", ({ path }) =>
      path.includes("cursor=more") ? { videos: SECOND, cursor: null } : { videos: [], cursor: "more" },
    );
    await waitFor(() => {
      expect(titles()).toEqual(["Aurora"]);
    });
    expect(
      server.sentTo("GET /videos").map(({ path }) => new URLSearchParams(path.split("?")[1]).get("q")),
    ).toEqual(["aurora", "aurora"]);
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
