import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { ShareView } from "../../api/schema";
import { FakeServer, problem } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import ShareDialog from "./ShareDialog";

const SHARES = "/jobs/job/shares";
const TOKEN = "t".repeat(43);

function aShare(more: Partial<ShareView> = {}): ShareView {
  return {
    share_id: "s1",
    job_id: "job",
    kind: "video",
    comparison: null,
    title: "Cut 2",
    takes_comments: true,
    shows_prompts: false,
    status: "open",
    comment_count: 2,
    created_at: "2026-11-29T08:00:00Z",
    expires_at: "2026-12-06T08:00:00Z",
    revoked_at: null,
    ...more,
  };
}

const MADE = { ...aShare(), token: TOKEN, path: `/shared#${TOKEN}` };

function open(server: FakeServer) {
  const onClose = vi.fn();
  return { ...show(<ShareDialog jobId="job" title="Winter" onClose={onClose} />, server), onClose };
}

describe("ShareDialog", () => {
  it("makes a link with what was chosen, and shows it ready to be copied", async () => {
    const server = new FakeServer().on(`GET ${SHARES}`, { shares: [] }).on(`POST ${SHARES}`, MADE);
    const { user } = open(server);
    const name = screen.getByLabelText("Title for viewers");
    await user.clear(name);
    await user.type(name, "Cut 2");
    await user.selectOptions(screen.getByLabelText("Ends after"), "30 days");
    await user.click(screen.getByLabelText("Viewers may read prompts and instructions"));
    await user.click(screen.getByRole("button", { name: "Create link" }));
    const link = await screen.findByLabelText<HTMLInputElement>("Link");
    expect(link.value).toBe(`${location.origin}/shared#${TOKEN}`);
    expect(document.activeElement).toBe(link);
    expect(server.sentTo(`POST ${SHARES}`)[0]?.body).toEqual({
      title: "Cut 2",
      days: 30,
      takes_comments: true,
      shows_prompts: true,
    });
  });

  it("says why a link was refused", async () => {
    const refused = () => problem(403, "This job has 100 share links, which is as many as are kept.");
    const server = new FakeServer().on(`GET ${SHARES}`, { shares: [] }).on(`POST ${SHARES}`, refused);
    const { user } = open(server);
    await user.click(screen.getByRole("button", { name: "Create link" }));
    expect((await screen.findByRole("alert")).textContent).toContain("as many as are kept");
  });

  it("ends a link after a question, and offers that for open ones only", async () => {
    const shares = [aShare(), aShare({ share_id: "s2", title: null, status: "revoked" })];
    const server = new FakeServer()
      .on(`GET ${SHARES}`, { shares })
      .on(`DELETE ${SHARES}/s1`, aShare({ status: "revoked" }));
    const { user } = open(server);
    const [first, second] = await screen.findAllByRole("listitem");
    expect(second && within(second).queryByRole("button")).toBeNull();
    expect(first?.textContent).toContain("2 comments");
    await user.click(screen.getByRole("button", { name: "Revoke Cut 2" }));
    expect(server.sentTo(`DELETE ${SHARES}/s1`)).toHaveLength(0);
    await user.click(screen.getByRole("button", { name: "Revoke" }));
    expect(await screen.findByText("The link no longer opens.")).toBeDefined();
    expect(server.sentTo(`DELETE ${SHARES}/s1`)).toHaveLength(1);
  });
});
