import { cleanup, screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { beforeAll, describe, expect, it } from "vitest";
import { FakeServer, problem } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aJob, anEstimate } from "../../testing/samples";
import { ClipSelector } from "./lazyParts";
import { RegeneratePanel } from "./RegeneratePanel";
import { useSelection } from "./useSelection";

const REGENERATE = "POST /jobs/job/clips/batch-regenerate";
const ESTIMATE = `${REGENERATE}/estimate`;

function Panel({ clips }: { readonly clips: number }) {
  const job = aJob(clips);
  const [selection, dispatch] = useSelection(job.job_id);
  return <RegeneratePanel job={job} selection={selection} dispatch={dispatch} />;
}

function open(server: FakeServer, clips = 3) {
  return show(<Panel clips={clips} />, server);
}

// As when the browser had time for it: what suspends within an event is not taken up again here.
beforeAll(() => ClipSelector.preload());

async function select(user: UserEvent): Promise<void> {
  await user.click(screen.getByRole("button", { name: "Regenerate clips" }));
  const title = await screen.findByRole("heading", { name: /^Select Multiple Clips/ });
  expect(document.activeElement).toBe(title);
}

describe("RegeneratePanel", () => {
  it("starts one batch: a clip's own instruction wins over the one for all", async () => {
    const server = new FakeServer().on(ESTIMATE, anEstimate()).on(REGENERATE, { batch_id: "b" });
    const { user } = open(server);
    await select(user);
    await user.click(screen.getByRole("button", { name: "Select All" }));
    await user.type(screen.getByLabelText("Instruction for all clips:"), "warmer colors");
    await user.type(screen.getByLabelText("2. Snow"), "make it night");
    expect(await screen.findByText(/^3 clips · \$0\.06 · about/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Regenerate All" }));
    await screen.findByRole("button", { name: "Regenerate clips" });
    expect(server.sentTo(REGENERATE).map(({ body }) => body)).toEqual([
      {
        instruction: "warmer colors",
        clips: [{ clip_index: 0 }, { clip_index: 1, instruction: "make it night" }, { clip_index: 2 }],
      },
    ]);
  });

  it("prices every selection before it is started, and starts nothing for that", async () => {
    const server = new FakeServer().on(ESTIMATE, ({ body }) => {
      const { clips } = body as { clips: unknown[] };
      return anEstimate({ estimated_total_cost: clips.length * 0.02 });
    });
    const { user } = open(server);
    await select(user);
    await user.click(screen.getByRole("button", { name: "Select All" }));
    expect(await screen.findByText(/^3 clips · \$0\.06/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Deselect All" }));
    await waitFor(() => {
      expect(screen.queryByText(/clips · /)).toBeNull();
    });
    expect(server.sentTo(REGENERATE)).toEqual([]);
  });

  it("sends nothing without a clip or an instruction, and gives the focus to what is missing", async () => {
    const server = new FakeServer().on(ESTIMATE, anEstimate());
    const { user } = open(server);
    await select(user);
    await user.click(screen.getByRole("button", { name: "Regenerate All" }));
    expect(screen.getByText("Select at least one clip.")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Select All" }));
    await user.click(screen.getByRole("button", { name: "Regenerate All" }));
    const forAll = screen.getByLabelText("Instruction for all clips:");
    expect(forAll.getAttribute("aria-invalid")).toBe("true");
    await waitFor(() => {
      expect(document.activeElement).toBe(forAll);
    });
    expect(server.sentTo(REGENERATE)).toEqual([]);
  });

  it("sends what clips are made from with each of them, and prices that", async () => {
    const taken = { roles: [{ role: "style", kind: "image", most: 1 }], most_guides: null };
    const model = { name: "local", title: "Built-in", is_default: true, reference_rules: taken };
    const server = new FakeServer()
      .on("GET /models", { models: [model], providers: [] })
      .on(ESTIMATE, anEstimate())
      .on(REGENERATE, { batch_id: "b" });
    const { user } = open(server);
    await select(user);
    await user.click(screen.getByRole("button", { name: "Select All" }));
    await user.type(screen.getByLabelText("Instruction for all clips:"), "night");
    await user.selectOptions(await screen.findByLabelText("Add a reference"), "Style");
    await user.selectOptions(screen.getByLabelText("Clip of this job"), "3. Night");
    expect(screen.getByLabelText<HTMLInputElement>("Begin where the clip before ends").disabled).toBe(true);
    await user.click(screen.getByRole("button", { name: "Regenerate All" }));
    const references = [{ role: "style", clip_index: 2 }];
    const clips = [0, 1, 2].map((clip_index) => ({ clip_index, references }));
    await waitFor(() => {
      expect(server.sentTo(REGENERATE).map(({ body }) => body)).toEqual([{ instruction: "night", clips }]);
    });
    expect(server.sentTo(ESTIMATE).at(-1)?.body).toMatchObject({ clips });
  });

  it("shows a refusal at the clip that it is about", async () => {
    const refusal = () => problem(422, "No.", { "clips[1].instruction": "I do not understand “xyz”." });
    const server = new FakeServer().on(ESTIMATE, anEstimate()).on(REGENERATE, refusal);
    const { user } = open(server);
    await select(user);
    await user.click(screen.getByRole("button", { name: "Select All" }));
    await user.type(screen.getByLabelText("Instruction for all clips:"), "xyz");
    await user.click(screen.getByRole("button", { name: "Regenerate All" }));
    expect(await screen.findByText("I do not understand “xyz”.")).toBeTruthy();
    await waitFor(() => {
      expect(document.activeElement).toBe(screen.getByLabelText("2. Snow"));
    });
    expect(screen.queryByText("No.")).toBeNull();
  });

  it("names the same key for the same request that is sent again, another one for another", async () => {
    const server = new FakeServer().on(ESTIMATE, anEstimate()).on(REGENERATE, () => problem(409, "Busy."));
    const { user } = open(server);
    await select(user);
    await user.click(screen.getByRole("button", { name: "Select All" }));
    const forAll = screen.getByLabelText("Instruction for all clips:");
    const submit = screen.getByRole("button", { name: "Regenerate All" });
    await user.type(forAll, "night");
    for (const more of ["", "er"]) {
      await user.type(forAll, more || "{End}");
      await user.click(submit);
      await screen.findByText("Busy.");
      await user.click(submit);
    }
    await waitFor(() => {
      expect(server.sentTo(REGENERATE)).toHaveLength(4);
    });
    const [first, second, third, fourth] = server
      .sentTo(REGENERATE)
      .map(({ headers }) => headers.get("idempotency-key"));
    expect([second, fourth]).toEqual([first, third]);
    expect(third).not.toBe(first);
  });

  it("keeps what was written when the page is left, and folds many lines", async () => {
    const server = new FakeServer().on(ESTIMATE, anEstimate());
    const { user } = open(server, 8);
    await select(user);
    await user.click(screen.getByRole("button", { name: "Select All" }));
    await user.type(screen.getByLabelText("Instruction for all clips:"), "warmer");
    expect(screen.queryByLabelText("2. Snow")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Write per clip" }));
    expect(screen.getByLabelText("2. Snow")).toBeTruthy();
    cleanup();
    open(server, 8);
    const form = within(await screen.findByRole("form"));
    expect(form.getByLabelText<HTMLTextAreaElement>("Instruction for all clips:").value).toBe("warmer");
    expect(form.getByText("(8 selected)")).toBeTruthy();
  });
});
