import { fireEvent, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { ModelView, ReferenceRole, ReferenceRulesView } from "../../api/schema";
import { FakeServer, problem } from "../../testing/FakeServer";
import { FakeStore, FORM } from "../../testing/FakeStore";
import { show } from "../../testing/render";
import { aClip } from "../../testing/samples";
import { VideoPicker } from "./lazyParts";
import { type MadeFrom, referencesOf, WORDS_ONLY } from "./madeFrom";
import ReferencesPart from "./ReferencesPart";

type Most = Partial<Record<ReferenceRole, number>>;

function aModel(title: string, most: Most, more: Partial<ReferenceRulesView> = {}): ModelView {
  const roles = Object.entries(most).map(([role, count]) => ({
    role: role as ReferenceRole,
    kind: role === "video" ? ("video" as const) : ("image" as const),
    most: count,
  }));
  const rules = {
    roles,
    most_guides: null,
    frames_alone: false,
    last_needs_first: false,
    beside_clip: [],
    longest_video_s: null,
  };
  return { name: title, title, reference_rules: { ...rules, ...more } } as unknown as ModelView;
}

const EVERYTHING = aModel("Built-in", { first_frame: 1, last_frame: 1, subject: 3, style: 1, video: 1 });
const CLIPS = [aClip(0), aClip(1)];

/** What was given last. */
const given = { now: WORDS_ONLY };

function Part({ models }: { readonly models: readonly ModelView[] }) {
  const [madeFrom, setMadeFrom] = useState<MadeFrom>(WORDS_ONLY);
  return (
    <ReferencesPart
      madeFrom={madeFrom}
      models={models}
      clips={CLIPS}
      fault={undefined}
      onChange={(more) => {
        given.now = { ...madeFrom, ...more };
        setMadeFrom(given.now);
      }}
    />
  );
}

const roles = () =>
  screen
    .queryAllByRole("option")
    .flatMap(({ textContent }) =>
      /^(First|Last|Subject|Style|Video)/.test(textContent) ? [textContent] : [],
    );

// As when the browser had time for it: what suspends within an event is not taken up again here.
beforeAll(() => VideoPicker.preload());
beforeEach(() => {
  given.now = WORDS_ONLY;
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("ReferencesPart", () => {
  it("offers what the model takes, and says of the rest why it does not", () => {
    const model = aModel("Veo", { first_frame: 1, last_frame: 1 }, { last_needs_first: true });
    show(<Part models={[model]} />, new FakeServer());
    expect(roles()).toEqual(["First frame"]);
    expect(screen.getByLabelText<HTMLInputElement>("Begin where the clip before ends").disabled).toBe(false);
    expect(screen.getByLabelText<HTMLInputElement>("End where the clip after begins").disabled).toBe(true);
    expect(screen.getByText(/Veo takes no subject, no style, no video to resemble\./)).toBeTruthy();
    expect(screen.getByText(/Veo takes a last frame only together with a first frame\./)).toBeTruthy();
  });

  it("offers the last frame once there is a first one", async () => {
    const model = aModel("Veo", { first_frame: 1, last_frame: 1 }, { last_needs_first: true });
    const { user } = show(<Part models={[model]} />, new FakeServer());
    await user.click(screen.getByLabelText("Begin where the clip before ends"));
    expect(roles()).toEqual(["Last frame"]);
    await user.click(screen.getByLabelText("End where the clip after begins"));
    expect(given.now).toMatchObject({ fromPrevious: true, toNext: true });
    expect(screen.queryByLabelText("Add a reference")).toBeNull();
  });

  it("offers only what every model of the clips takes", () => {
    show(<Part models={[EVERYTHING, aModel("Words", {})]} />, new FakeServer());
    expect(screen.queryByLabelText("Add a reference")).toBeNull();
    expect(screen.getByText(/Words takes no first frame, no last frame/)).toBeTruthy();
  });

  it("keeps frames and other references apart where a model does", async () => {
    const rules = { frames_alone: true, most_guides: 2 };
    const model = aModel("Seedance", { first_frame: 1, subject: 9, style: 9 }, rules);
    const { user } = show(<Part models={[model]} />, new FakeServer());
    await user.click(screen.getByLabelText("Begin where the clip before ends"));
    expect(roles()).toEqual([]);
    expect(screen.getByText(/Seedance takes frames or other references, not both\./)).toBeTruthy();
    await user.click(screen.getByLabelText("Begin where the clip before ends"));
    for (let n = 0; n < 2; n += 1) {
      await user.selectOptions(screen.getByLabelText("Add a reference"), "Style");
      await user.selectOptions(screen.getByLabelText("Clip of this job"), "2. Snow");
    }
    expect(screen.getByText(/Seedance takes 2 references besides frames at most\./)).toBeTruthy();
  });

  it("takes a clip of the job and a video, each in its role", async () => {
    const server = new FakeServer()
      .on("GET /videos", { videos: [{ video_id: "v", title: "Hare", status: "completed" }], cursor: null })
      .on("GET /events", {});
    const { user } = show(<Part models={[EVERYTHING]} />, server);
    await user.selectOptions(screen.getByLabelText("Add a reference"), "Style");
    await user.selectOptions(screen.getByLabelText("Clip of this job"), "2. Snow");
    await user.selectOptions(screen.getByLabelText("Add a reference"), "Video to resemble");
    await user.click(screen.getByRole("button", { name: "My videos" }));
    await user.click(await screen.findByLabelText("Hare"));
    await user.click(screen.getByRole("button", { name: "Add 1 video" }));
    await screen.findByText("Video to resemble: Hare");
    expect(roles()).not.toContain("Style");
    expect(referencesOf(given.now.references, CLIPS.toReversed())).toEqual([
      { role: "style", clip_index: 1 },
      { role: "video", video_id: "v" },
    ]);
    await user.click(screen.getByRole("button", { name: "Remove Style: 2. Snow" }));
    expect(referencesOf(given.now.references, CLIPS)).toEqual([{ role: "video", video_id: "v" }]);
    expect(roles()).toContain("Style");
  });

  it("takes no file of another kind, and says what is needed", async () => {
    const server = new FakeServer();
    const { user } = show(<Part models={[EVERYTHING]} />, server);
    await user.selectOptions(screen.getByLabelText("Add a reference"), "Subject");
    const files = [new File(["x"], "fox.mp4")];
    fireEvent.change(screen.getByLabelText("File for subject"), { target: { files } });
    expect(screen.getByRole("alert").textContent).toContain("it has to be a picture (PNG, JPEG, WebP)");
    expect(server.sent).toEqual([]);
    expect(given.now.references).toEqual([]);
  });

  it("shows how far a file is, and cancels its upload", async () => {
    const store = new FakeStore();
    const server = new FakeServer().on("POST /uploads", FORM);
    const { user } = show(<Part models={[EVERYTHING]} />, server);
    await user.selectOptions(screen.getByLabelText("Add a reference"), "Subject");
    await user.upload(screen.getByLabelText("File for subject"), new File(["x"], "fox.png"));
    await store.received(40);
    await screen.findByText("40 %");
    expect(screen.getByRole("progressbar", { name: "fox.png" }).ariaValueNow).toBe("40");
    await user.click(screen.getByRole("button", { name: "Cancel the upload of fox.png" }));
    await waitFor(() => {
      expect(screen.queryByRole("progressbar")).toBeNull();
    });
    expect(screen.queryByRole("alert")?.textContent ?? "").toBe("");
    expect(given.now.references).toEqual([]);

    await user.upload(screen.getByLabelText("File for subject"), new File(["x"], "hare.png"));
    await store.received(100);
    store.accept();
    await screen.findByText("Subject: hare.png");
    expect(screen.queryByRole("progressbar")).toBeNull();
  });

  it("says why a file was refused", async () => {
    const server = new FakeServer().on("POST /uploads", () => problem(413, "Your storage is full."));
    const { user } = show(<Part models={[EVERYTHING]} />, server);
    await user.selectOptions(screen.getByLabelText("Add a reference"), "Subject");
    await user.upload(screen.getByLabelText("File for subject"), new File(["x"], "fox.png"));
    expect((await screen.findByRole("alert")).textContent).toBe("Your storage is full.");
    expect(server.sentTo("POST /uploads").map(({ body }) => body)).toMatchObject([{ file_name: "fox.png" }]);
    expect(given.now.references).toEqual([]);
  });
});
