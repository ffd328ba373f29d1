import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { useQuery } from "@tanstack/react-query";
import { keys } from "../../api/queries";
import { useApi } from "../../auth/context";
import { FakeServer } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import { aBatch, aJob, aRegeneration } from "../../testing/samples";
import { useBatchReport } from "./useBatchReport";

function Report() {
  const api = useApi();
  const job = useQuery({ queryKey: keys.job("job"), queryFn: () => api.getJob("job"), refetchInterval: 20 });
  return job.data && <News job={job.data} />;
}

function News({ job }: { readonly job: ReturnType<typeof aJob> }) {
  const { running, isNews } = useBatchReport(job, "events");
  return <p>{running ? "running" : isNews ? "news" : "quiet"}</p>;
}

function hide(isHidden: boolean): void {
  Object.defineProperty(document, "hidden", { configurable: true, value: isHidden });
  act(() => {
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

afterEach(() => {
  hide(false);
});

describe("useBatchReport", () => {
  it("reports the end of a batch once, and marks it until the page is seen", async () => {
    const batch = aBatch([aRegeneration(0)], { estimated_total_time: 1 });
    const server = new FakeServer()
      .on("GET /jobs/job", aJob(1, { active_batch_id: "batch" }))
      .on("GET /jobs/job/batches/batch", batch);
    show(<Report />, server);
    await screen.findByText("running");
    hide(true);
    server.on("GET /jobs/job/batches/batch", { ...batch, status: "partial" }).on("GET /jobs/job", aJob(1));
    expect(await screen.findByText("Regeneration 1 is partly done.")).toBeTruthy();
    expect(await screen.findByText("news")).toBeTruthy();
    hide(false);
    await screen.findByText("quiet");
    const reads = server.sentTo("GET /jobs/job").length;
    await waitFor(() => {
      expect(server.sentTo("GET /jobs/job").length).toBeGreaterThan(reads + 3);
    });
    expect(screen.getAllByText(/^Regeneration 1 is/)).toHaveLength(1);
  });

  it("says nothing of batches that had ended before the page was opened", async () => {
    const server = new FakeServer().on("GET /jobs/job", aJob(1));
    show(<Report />, server);
    await screen.findByText("quiet");
    expect(screen.queryByText(/^Regeneration/)).toBeNull();
    expect(server.sentTo("GET /jobs/job/batches/batch")).toEqual([]);
  });
});
