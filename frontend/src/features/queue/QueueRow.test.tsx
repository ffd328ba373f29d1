import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FakeServer } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aQueueEntry } from "../../testing/samples";
import { QueueRow } from "./QueueRow";

function row(entry = aQueueEntry(), { place = 1, last = 2 } = {}) {
  const server = new FakeServer();
  const moved: number[] = [];
  const shown = show(
    <ul>
      <QueueRow
        entry={entry}
        name="Winter, number 2"
        place={place}
        last={last}
        dragged={false}
        onDrag={() => undefined}
        onDropHere={() => undefined}
        onMove={(to) => moved.push(to)}
      />
    </ul>,
    server,
  );
  return { ...shown, server, moved };
}

describe("QueueRow", () => {
  it("says why it waits, for how long, and what it will cost", () => {
    row();
    const text = screen.getByRole("listitem").textContent;
    expect(text).toContain("Waiting");
    expect(text).toContain("1 batch before it");
    expect(text).toContain("2 takes");
    expect(text).toContain("$0.06");
  });

  it("is moved by its buttons, and not beyond the ends", async () => {
    const { user, moved } = row();
    await user.click(screen.getByRole("button", { name: "Move Winter, number 2 earlier" }));
    await user.click(screen.getByRole("button", { name: "Move Winter, number 2 later" }));
    expect(moved).toEqual([0, 2]);
  });

  it("cannot be moved further at the end, or at all while it runs", () => {
    row(aQueueEntry(), { place: 2, last: 2 });
    const later = screen.getByRole("button", { name: "Move Winter, number 2 later" });
    expect(later.getAttribute("aria-disabled") ?? later.hasAttribute("disabled")).toBeTruthy();
  });

  it("shows how far it is while it runs, without a way to move it", () => {
    row(aQueueEntry({ state: "running", actions: ["cancel"], progress: 40 }), { place: -1 });
    expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("40");
    expect(screen.queryByRole("button", { name: /earlier|later|Pause/ })).toBeNull();
  });

  it("pauses and resumes what it is: a batch or a video", async () => {
    const { user, server } = row(
      aQueueEntry({ kind: "video", actions: ["resume"], state: "paused", waits_for: "resume" }),
    );
    await user.click(screen.getByRole("button", { name: "Resume Winter, number 2" }));
    await waitFor(() => {
      expect(server.sent.map(({ method, path }) => `${method} ${path}`)).toContain("POST /videos/job/resume");
    });
  });

  it("says why it is held, and leads to where another model is chosen", () => {
    row(
      aQueueEntry({
        state: "held",
        waits_for: "resume",
        reason: "3 in a row failed at fal.",
        actions: ["resume", "change_model", "cancel"],
      }),
    );
    expect(screen.getByText("3 in a row failed at fal.")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Another model…" }).getAttribute("href")).toBe("/jobs/job");
  });

  it("asks before it cancels, and keeps it when the answer is no", async () => {
    const { user, server } = row();
    await user.click(screen.getByRole("button", { name: "Cancel Winter, number 2" }));
    await user.click(screen.getByRole("button", { name: "Keep it" }));
    expect(server.sent).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Cancel Winter, number 2" }));
    await user.click(screen.getByRole("button", { name: "Cancel Winter" }));
    await waitFor(() => {
      expect(server.sentTo("POST /jobs/job/batches/batch/cancel")).toHaveLength(1);
    });
  });
});
