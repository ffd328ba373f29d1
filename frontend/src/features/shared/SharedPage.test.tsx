import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommentView, SharedView } from "../../api/schema";
import { FakeServer, problem } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import SharedPage from "./SharedPage";

const TOKEN = "t".repeat(43);
const LINK = `GET /shared/${TOKEN}`;
const COMMENTS = `GET /shared/${TOKEN}/comments`;
const COMMENT = `POST /shared/${TOKEN}/comments`;

const VIDEO: SharedView = {
  kind: "video",
  title: "Cut 2",
  expires_at: "2027-01-01T12:00:00Z",
  takes_comments: true,
  max_comment_chars: 500,
  fps: 30,
  video: { url: "/files/a.mp4", poster_url: "/files/a.webp", duration_ms: 4000, up_to_date: true },
  clips: [{ start_s: 0, duration_ms: 2000, prompt: null, instruction: null }],
  comparison: null,
};

function aComment(more: Partial<CommentView> = {}): CommentView {
  return {
    comment_id: "c1",
    author: "Vera",
    text: "warmer",
    time_s: 1.5,
    created_at: "2026-11-29T08:00:00Z",
    ...more,
  };
}

function open(server: FakeServer) {
  return show(<SharedPage apiBase="https://retake.test/api/v1" fetcher={server.fetcher} />, server);
}

function aServer(view: Partial<SharedView> = {}, comments: readonly CommentView[] = []): FakeServer {
  return new FakeServer().on(LINK, { ...VIDEO, ...view }).on(COMMENTS, { comments });
}

beforeEach(() => {
  location.hash = `#${TOKEN}`;
});

afterEach(() => {
  location.hash = "";
  localStorage.clear();
});

describe("SharedPage", () => {
  it("shows the video and what was said, and sends no sign-in", async () => {
    const server = aServer({}, [aComment({ time_s: 3, author: "Ben" }), aComment({ comment_id: "c2" })]);
    open(server);
    expect(await screen.findByRole("heading", { level: 1, name: "Cut 2" })).toBeDefined();
    expect(screen.getByLabelText("Shared video").getAttribute("src")).toBe("/files/a.mp4");
    const list = screen.getByRole("region", { name: "Comments" });
    await waitFor(() => {
      expect(
        within(list)
          .getAllByRole("listitem")
          .map((item) => item.querySelector("strong")?.textContent),
      ).toEqual(["Vera", "Ben"]);
    });
    expect(server.sent.every(({ headers }) => !headers.has("Authorization"))).toBe(true);
  });

  it("sends a comment at the time of the video, once for each key, and remembers the name", async () => {
    const server = aServer().on(COMMENT, aComment({ text: "warmer, please" }));
    const { user } = open(server);
    await user.type(await screen.findByLabelText("Comment"), "warmer, please");
    await user.type(screen.getByLabelText("Your name"), "Vera");
    await user.click(screen.getByRole("button", { name: "Send comment" }));
    expect(await screen.findByText("Your comment was sent.")).toBeDefined();
    const [sent] = server.sentTo(COMMENT);
    expect(sent?.body).toEqual({ time_s: 0, author: "Vera", text: "warmer, please" });
    expect(sent?.headers.get("Idempotency-Key")).toBeTruthy();
    expect(screen.getByLabelText<HTMLTextAreaElement>("Comment").value).toBe("");
    expect(screen.getByLabelText<HTMLInputElement>("Your name").value).toBe("Vera");
    expect(screen.getByText("warmer, please")).toBeDefined();
  });

  it("sends the same key again after a failure, and keeps what was written", async () => {
    let isDown = true;
    const server = aServer().on(COMMENT, () => (isDown ? problem(409, "Busy.") : aComment()));
    const { user } = open(server);
    await user.type(await screen.findByLabelText("Comment"), "warmer");
    await user.type(screen.getByLabelText("Your name"), "Vera");
    await user.click(screen.getByRole("button", { name: "Send comment" }));
    expect(await screen.findByText(/Busy\./)).toBeDefined();
    expect(screen.getByLabelText<HTMLTextAreaElement>("Comment").value).toBe("warmer");
    isDown = false;
    await user.click(screen.getByRole("button", { name: "Send comment" }));
    await screen.findByText("Your comment was sent.");
    const keys = server.sentTo(COMMENT).map(({ headers }) => headers.get("Idempotency-Key"));
    expect(new Set(keys).size).toBe(1);
  });

  it("says what is missing before anything is sent, and what the server refuses at its field", async () => {
    const server = aServer().on(COMMENT, () => problem(422, "Refused.", { text: "At most 500 characters." }));
    const { user } = open(server);
    await user.click(await screen.findByRole("button", { name: "Send comment" }));
    expect(screen.getByText("Write what you want to say.")).toBeDefined();
    expect(screen.getByText("Say who you are.")).toBeDefined();
    expect(server.sentTo(COMMENT)).toHaveLength(0);
    await user.type(screen.getByLabelText("Comment"), "warmer");
    await user.type(screen.getByLabelText("Your name"), "Vera");
    await user.click(screen.getByRole("button", { name: "Send comment" }));
    expect(await screen.findByText("At most 500 characters.")).toBeDefined();
    await waitFor(() => {
      expect(document.activeElement).toBe(screen.getByLabelText("Comment"));
    });
  });

  it("says that a link has ended, and shows nothing besides", async () => {
    open(new FakeServer().on(LINK, () => problem(410, "This link was revoked by the person who shared it.")));
    expect((await screen.findByRole("alert")).textContent).toContain("This link was revoked");
    expect(screen.queryByLabelText("Comment")).toBeNull();
  });

  it("keeps what is written while only the connection is gone, and forgets it with the link", async () => {
    let answer: () => object = () => VIDEO;
    const server = aServer().on(LINK, () => answer());
    const { user } = open(server);
    await user.type(await screen.findByLabelText("Comment"), "warmer");
    answer = () => Response.error();
    fireEvent.error(screen.getByLabelText("Shared video")); // the player could not read: it asks for another URL
    await waitFor(() => {
      expect(server.sentTo(LINK).length).toBeGreaterThan(1);
    });
    expect(screen.getByLabelText<HTMLTextAreaElement>("Comment").value).toBe("warmer");
    answer = () => problem(410, "This link was revoked by the person who shared it.");
    fireEvent.error(screen.getByLabelText("Shared video"));
    expect((await screen.findByRole("alert")).textContent).toContain("This link was revoked");
    expect(screen.queryByLabelText("Comment")).toBeNull();
  });

  it("says that a link is not whole, and asks the server for nothing", () => {
    location.hash = "#half";
    const server = aServer();
    open(server);
    expect(screen.getByText(/This link is not whole/)).toBeDefined();
    expect(server.sent).toEqual([]);
  });

  it("takes no comments where the link does not", async () => {
    open(aServer({ takes_comments: false }));
    expect(await screen.findByText("This link takes no comments.")).toBeDefined();
    expect(screen.queryByLabelText("Comment")).toBeNull();
  });

  it("shows two versions in the comparison of the studio, without a way to restore", async () => {
    const take = { poster_url: "/p.webp", duration_ms: 2000, prompt: null, instruction: null };
    open(
      aServer({
        kind: "comparison",
        video: null,
        clips: [],
        comparison: {
          width: 1280,
          height: 720,
          left: { ...take, version_number: 1, url: "/files/1.mp4" },
          right: { ...take, version_number: 2, url: "/files/2.mp4", instruction: "darker" },
        },
      }),
    );
    expect((await screen.findByLabelText("Left: Version 1")).getAttribute("src")).toBe("/files/1.mp4");
    expect(screen.getByText(/“darker”/)).toBeDefined();
    expect(screen.queryByRole("button", { name: /Restore/ })).toBeNull();
  });
});
