import { describe, expect, it } from "vitest";
import type { JobEvent } from "../../api/events";
import type { BatchView, RegenerationView } from "../../api/schema";
import {
  applyEvent,
  byReason,
  canRetry,
  paceOf,
  progressGroups,
  secondsLeft,
  summary,
  workOf,
} from "./progress";

const regeneration = (id: string, more: Partial<RegenerationView> = {}) =>
  ({
    regeneration_id: id,
    clip_id: "c",
    clip_index: 0,
    status: "queued",
    progress: 0,
    error: null,
    version_number: null,
    ...more,
  }) as RegenerationView;
const batch = (...regenerations: RegenerationView[]) =>
  ({ batch_id: "b", status: "running", cancel_requested: false, regenerations }) as unknown as BatchView;
const event = (name: string, data: Record<string, unknown>): JobEvent => ({
  id: 1,
  name,
  data: { batch_id: "b", ...data },
});

describe("applyEvent", () => {
  const two = batch(regeneration("one"), regeneration("two"));

  it("follows one clip and leaves the other", () => {
    const started = applyEvent(two, event("clip_regenerating", { regeneration_id: "one" }));
    expect(started.regenerations.map(({ status }) => status)).toEqual(["generating", "queued"]);
    const done = applyEvent(started, event("clip_complete", { regeneration_id: "one", version_number: 4 }));
    expect(done.regenerations[0]).toMatchObject({ status: "succeeded", progress: 100, version_number: 4 });
  });

  it("tells why a clip failed, and keeps apart what may have been charged", () => {
    const failed = applyEvent(two, event("clip_failed", { regeneration_id: "two", error: "Refused." }));
    expect(failed.regenerations[1]).toMatchObject({ status: "failed", error: "Refused." });
    const unknown = applyEvent(
      two,
      event("clip_failed", { regeneration_id: "two", status: "submission_unknown" }),
    );
    expect(unknown.regenerations[1]?.status).toBe("submission_unknown");
  });

  it("never takes back what has ended", () => {
    const over = batch(regeneration("one", { status: "succeeded", progress: 100 }));
    expect(
      applyEvent(over, event("clip_regenerating", { regeneration_id: "one" })).regenerations[0]?.status,
    ).toBe("succeeded");
    const ended: BatchView = { ...two, status: "partial" };
    expect(applyEvent(ended, event("clip_complete", { regeneration_id: "one" }))).toBe(ended);
  });

  it("leaves another batch's events alone", () => {
    expect(applyEvent(two, event("clip_complete", { batch_id: "other", regeneration_id: "one" }))).toBe(two);
  });
});

describe("a batch as a whole", () => {
  const partial: BatchView = {
    ...batch(
      regeneration("one", { status: "succeeded", progress: 100 }),
      regeneration("two", { status: "failed", progress: 30 }),
    ),
    status: "partial",
  };

  it("can be tried again once it is over and something did not succeed", () => {
    expect(canRetry(partial)).toBe(true);
    expect(canRetry({ ...partial, status: "running" })).toBe(false);
    expect(canRetry({ ...partial, regenerations: partial.regenerations.slice(0, 1) })).toBe(false);
  });

  it("counts a clip that has ended as done, however it ended", () => {
    expect(summary(partial)).toMatchObject({ good: 1, all: 2, ended: 2, percent: 100 });
    expect(
      summary(batch(regeneration("one", { status: "generating", progress: 50 }), regeneration("two"))),
    ).toMatchObject({ good: 0, all: 2, ended: 0, percent: 25 });
  });

  it("tells clips from takes", () => {
    const takes = batch(
      regeneration("one", { status: "succeeded" }),
      regeneration("two", { status: "failed" }),
      regeneration("other", { status: "succeeded", clip_index: 1, clip_id: "d" }),
    );
    expect(summary(takes)).toMatchObject({ good: 2, all: 3, goodClips: 1, allClips: 2 });
  });

  it("lists what runs, what failed, what waits and what is done apart, and equal reasons together", () => {
    const items = [
      regeneration("a", { status: "succeeded" }),
      regeneration("b", { status: "queued" }),
      regeneration("c", { status: "generating" }),
      regeneration("d", { status: "failed", error: "No." }),
      regeneration("e", { status: "failed", error: "Never." }),
      regeneration("f", { status: "failed", error: "No." }),
    ];
    const ids = (found: readonly RegenerationView[]) => found.map((one) => one.regeneration_id).join("");
    const { running, failed, queued, done } = progressGroups(items);
    expect([running, failed, queued, done].map(ids)).toEqual(["c", "def", "b", "a"]);
    expect(byReason(failed).map(({ reason, takes }) => [reason, ids(takes)])).toEqual([
      ["No.", "df"],
      ["Never.", "e"],
    ]);
  });

  it("says what is left by the pace so far, and by the estimate before there is one", () => {
    const started = { started_at: "2026-11-28T12:00:00Z", estimated_total_time: 60 };
    const after = (seconds: number) => Date.parse(started.started_at) + seconds * 1000;
    const half = { ...batch(regeneration("one", { status: "generating", progress: 50 })), ...started };
    expect(secondsLeft(half, after(20))).toBe(20);
    const begun = { ...batch(regeneration("one", { status: "generating", progress: 2 })), ...started };
    expect(secondsLeft(begun, after(20))).toBe(40);
    expect(secondsLeft({ ...half, status: "succeeded" }, after(20))).toBeNull();
  });

  it("is asked for each second when it is short, and seldom when it is long", () => {
    expect([20, 60, 120, 3600].map((estimated_total_time) => paceOf({ estimated_total_time }))).toEqual([
      1000, 3000, 6000, 8000,
    ]);
  });

  it("is shown on its clips while it runs", () => {
    const say = (status: string, percent: number) => `${status} ${percent}`;
    const work = workOf(
      batch(
        regeneration("one", { status: "generating", progress: 62 }),
        regeneration("two", { status: "failed", clip_id: "d" }),
        regeneration("three", { status: "succeeded", clip_id: "e" }),
      ),
      say,
    );
    expect(work.get("c")).toEqual({ isBusy: true, isFailed: false, text: "generating 62" });
    expect(work.get("d")).toMatchObject({ isBusy: false, isFailed: true });
    expect(work.has("e")).toBe(false);
  });
});
