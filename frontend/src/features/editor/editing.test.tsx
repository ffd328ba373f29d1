import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { JobView } from "../../api/schema";
import { FakeServer, problem } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aClip, aJob } from "../../testing/samples";
import { forgetNewClips } from "../jobs/useNewClips";
import AddClips from "./AddClips";
import { ClipActions } from "./ClipActions";
import { RemovedClips } from "./RemovedClips";
import { NOTHING } from "./selection";
import { Timeline } from "./Timeline";
import { TimelineTools } from "./TimelineTools";
import { useTimelineChange } from "./useTimelineChange";

const JOB = aJob(3, { timeline_revision: 7 });

function Editor({ job }: { readonly job: JobView }) {
  const change = useTimelineChange(job);
  return (
    <>
      <TimelineTools
        job={job}
        change={change}
        scale="readable"
        onScale={() => undefined}
        onAdd={() => undefined}
      />
      <ClipActions job={job} index={1} change={change} dispatch={() => undefined} />
      <RemovedClips job={job} change={change} />
    </>
  );
}

function editor(job: JobView = JOB) {
  const server = new FakeServer().on("GET /jobs/job/removed-clips", { clips: [] });
  return { server, ...show(<Editor job={job} />, server) };
}

function sent(server: FakeServer, operation: string) {
  const [one] = server.sentTo(operation);
  return { body: one?.body, revision: one?.headers.get("If-Match") };
}

describe("a clip that is open", () => {
  it("gets another title where it stands", async () => {
    const { user, server } = editor();
    server.on("PATCH /jobs/job/clips/1", JOB);
    await user.click(screen.getByRole("button", { name: /^Snow/ }));
    const field = screen.getByRole("textbox", { name: "Title of “2. Snow”" });
    await user.clear(field);
    await user.type(field, "Blizzard{Enter}");
    await waitFor(() => {
      expect(sent(server, "PATCH /jobs/job/clips/1")).toEqual({
        body: { title: "Blizzard" },
        revision: '"7"',
      });
    });
  });

  it("keeps its title where that is left", async () => {
    const { user, server } = editor();
    await user.click(screen.getByRole("button", { name: /^Snow/ }));
    await user.type(screen.getByRole("textbox"), "x{Escape}");
    expect(screen.getByRole("button", { name: /^Snow/ })).toBeDefined();
    expect(server.sentTo("PATCH /jobs/job/clips/1")).toEqual([]);
  });

  it("is trimmed by the frame, with the keyboard alone", async () => {
    const { user, server } = editor();
    server.on("PATCH /jobs/job/clips/1", JOB);
    await user.click(screen.getByRole("button", { name: "Trim" }));
    const form = within(screen.getByRole("form", { name: "Trim 2. Snow" }));
    fireEvent.change(form.getByRole("spinbutton", { name: "First frame" }), { target: { value: "12" } });
    fireEvent.change(form.getByRole("slider", { name: "End" }), { target: { value: "48" } });
    expect(form.getByText("Shows 1.2 s of 2.0 s")).toBeDefined();
    await user.click(form.getByRole("button", { name: "Trim" }));
    await waitFor(() => {
      expect(sent(server, "PATCH /jobs/job/clips/1").body).toEqual({
        trim: { in_frame: 12, out_frame: 48 },
      });
    });
  });

  it("never ends before it begins", async () => {
    const { user } = editor();
    await user.click(screen.getByRole("button", { name: "Trim" }));
    fireEvent.change(screen.getByRole("slider", { name: "End" }), { target: { value: "10" } });
    fireEvent.change(screen.getByRole("slider", { name: "Start" }), { target: { value: "40" } });
    expect(screen.getByRole<HTMLInputElement>("slider", { name: "Start" }).value).toBe("9");
  });

  it("is duplicated once, and removed with a word of how to take that back", async () => {
    const { user, server, places } = editor();
    server.on("POST /jobs/job/clips/1/duplicate", JOB).on("DELETE /jobs/job/clips/1", JOB);
    await user.click(screen.getByRole("button", { name: "Duplicate" }));
    await waitFor(() => {
      expect(places.at(-1)).toBe("/jobs/job/clips/2");
    });
    expect(server.sentTo("POST /jobs/job/clips/1/duplicate")[0]?.headers.get("Idempotency-Key")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Remove" }));
    expect(await screen.findByText("“2. Snow” was removed.")).toBeDefined();
  });

  it("cannot change its place while a batch runs", () => {
    editor(aJob(3, { active_batch_id: "batch" }));
    for (const name of ["Move earlier", "Move later", "Duplicate", "Remove"])
      expect(screen.getByRole("button", { name }).ariaDisabled).toBe("true");
  });
});

describe("the last change", () => {
  it("is named and undone on the timeline that is seen", async () => {
    const undo = { kind: "removed", clip_title: "Snow", at: "2026-11-29T08:00:00Z" } as const;
    const { user, server } = editor({ ...JOB, undo });
    server.on("POST /jobs/job/undo", JOB);
    await user.click(screen.getByRole("button", { name: "Undo: removed “Snow”" }));
    await waitFor(() => {
      expect(sent(server, "POST /jobs/job/undo").revision).toBe('"7"');
    });
  });

  it("is not undone on another timeline", async () => {
    const undo = { kind: "reordered", clip_title: null, at: "2026-11-29T08:00:00Z" } as const;
    const { user, server } = editor({ ...JOB, undo });
    server.on("POST /jobs/job/undo", problem(412, "It moved."));
    await user.click(screen.getByRole("button", { name: "Undo: new order" }));
    expect(await screen.findByText(/The timeline changed meanwhile/)).toBeDefined();
  });
});

const REMOVED = {
  clip_id: "gone",
  title: "Dawn",
  duration_ms: 2000,
  version_count: 2,
  thumbnail_url: null,
  video_url: null,
  size_bytes: 2_000_000,
  removed_at: null,
  removed_from: 0,
};

it("deletes a removed clip after asking, and says what is freed", async () => {
  const server = new FakeServer().on("GET /jobs/job/removed-clips", { clips: [REMOVED] });
  const { user } = show(<Editor job={JOB} />, server);
  server.on("DELETE /jobs/job/removed-clips/gone", () => {
    server.on("GET /jobs/job/removed-clips", { clips: [] });
    return { clips: [] };
  });
  await user.click(await screen.findByText("Removed clips (1)"));
  await user.click(screen.getByRole("button", { name: "Delete “Dawn” for good" }));
  expect(screen.getByText(/with 2 versions for good\? 2.0 MB of your storage are freed/)).toBeDefined();
  expect(server.sentTo("DELETE /jobs/job/removed-clips/gone")).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Delete" }));
  expect(await screen.findByText("“Dawn” is deleted; 2.0 MB are freed.")).toBeDefined();
  expect(screen.queryByText("Removed clips (1)")).toBeNull();
});

it("lists removed clips, and puts one back", async () => {
  const server = new FakeServer().on("GET /jobs/job/removed-clips", { clips: [REMOVED] });
  const { user } = show(<Editor job={JOB} />, server);
  server.on("POST /jobs/job/removed-clips/gone/return", JOB);
  await user.click(await screen.findByText("Removed clips (1)"));
  await user.click(screen.getByRole("button", { name: "Put “Dawn” back" }));
  expect(await screen.findByText("“Dawn” is back in the timeline.")).toBeDefined();
  expect(sent(server, "POST /jobs/job/removed-clips/gone/return")).toEqual({ body: {}, revision: '"7"' });
});

describe("the timeline", () => {
  function timeline() {
    const moves: (readonly [number, number])[] = [];
    const parts = {
      clips: [0, 1, 2].map((index) => aClip(index)),
      ratio: 16 / 9,
      fps: 30,
      scale: 24,
      video: null,
      openClip: null,
      work: new Map(),
      selection: NOTHING,
      dispatch: () => undefined,
      onOpen: () => undefined,
      onMove: (from: number, to: number) => {
        moves.push([from, to]);
      },
    };
    return { moves, ...show(<Timeline {...parts} />, new FakeServer()) };
  }

  it("is as wide as its clips are long", () => {
    timeline();
    const [first] = screen.getAllByRole("listitem");
    expect(first?.style.width).toBe("48px");
  });

  it("moves a clip by Alt and an arrow key", async () => {
    const { user, moves } = timeline();
    screen.getByRole("button", { name: /^2. Snow/ }).focus();
    await user.keyboard("{Alt>}{ArrowLeft}{/Alt}{ArrowRight}");
    expect(moves).toEqual([[1, 0]]);
  });

  it("moves a clip by dragging it onto another", () => {
    const { moves } = timeline();
    const dataTransfer = { setData: () => undefined, effectAllowed: "" };
    const [, , third] = screen.getAllByRole("listitem");
    if (!third) throw new Error("There are three clips.");
    fireEvent.dragStart(screen.getByRole("button", { name: /^1. Fox/ }), { dataTransfer });
    fireEvent.dragOver(third);
    fireEvent.drop(third);
    expect(moves).toEqual([[0, 2]]);
  });
});

describe("adding clips", () => {
  afterEach(() => {
    act(() => {
      forgetNewClips("job");
    });
  });

  it("is priced first, and sends a file to its place once", async () => {
    const server = new FakeServer()
      .on("GET /models", { models: [], providers: [] })
      .on("POST /uploads", { upload_id: "up", url: "/none", fields: {}, kind: "video" });
    const { user } = show(<AddClips job={JOB} at={1} onClose={() => undefined} />, server);
    expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Place" }).value).toBe("1");
    expect(screen.getByRole("button", { name: "Add clips" }).ariaDisabled).toBe("true");
    await user.selectOptions(screen.getByRole("combobox", { name: "Place" }), "at the end");
    expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Place" }).value).toBe("");
  });
});
