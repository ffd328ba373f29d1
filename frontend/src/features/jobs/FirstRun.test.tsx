import { screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeServer, problem } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import JobListPage from "./JobListPage";
import { forgetNewClips, NEW_JOB } from "./useNewClips";

function firstRun(answer: () => Response) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (address: string) => {
    asked.push(address);
    return Promise.resolve(answer());
  });
  const server = new FakeServer().on("GET /jobs", { jobs: [], cursor: null });
  server.on("POST /uploads", () => problem(403, "The storage budget is used up."));
  return { ...show(<JobListPage />, server), server, asked };
}

afterEach(() => {
  vi.unstubAllGlobals();
  forgetNewClips(NEW_JOB);
});

describe("FirstRun", () => {
  it("says what there is to do, and adds two clips to a new job by one press", async () => {
    const { user, server, asked } = firstRun(() => new Response("film"));
    expect(await screen.findByText("No jobs yet")).toBeTruthy();
    expect(screen.getAllByRole("listitem").map((item) => item.querySelector("strong")?.textContent)).toEqual([
      "Add clips",
      "Say what to change",
      "Compare and keep",
    ]);
    await user.click(screen.getByRole("button", { name: "Try it with two sample clips" }));
    expect(await screen.findByText("cockatoo.mp4")).toBeTruthy();
    expect(asked).toEqual(["/samples/big-buck-bunny.mp4", "/samples/cockatoo.mp4"]);
    expect(server.sentTo("POST /uploads").map(({ body }) => body)).toMatchObject([
      { file_name: "big-buck-bunny.mp4", content_type: "video/mp4", size_bytes: 4 },
      { file_name: "cockatoo.mp4", content_type: "video/mp4", size_bytes: 4 },
    ]);
  });

  it("says so where the clips cannot be read", async () => {
    const { user } = firstRun(() => new Response("", { status: 404 }));
    await user.click(await screen.findByRole("button", { name: "Try it with two sample clips" }));
    expect(await screen.findByText("The sample clips could not be read.")).toBeTruthy();
  });
});
