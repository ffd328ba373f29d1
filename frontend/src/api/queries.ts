import { QueryClient } from "@tanstack/react-query";
import type { GenerationFilter } from "./AccountApi";
import { ApiProblem } from "./problem";
import type { BatchRequestModel } from "./schema";

/** Names of what is kept of the server's answers. */
export const keys = {
  jobs: ["jobs"] as const,
  videos: ["videos"] as const,
  videoLists: ["videos", "list"] as const,
  videosBy: (status: string, project: string, words: string) =>
    ["videos", "list", status, project, words] as const,
  movingVideos: ["videos", "moving"] as const,
  lastUserEvent: ["last-user-event"] as const,
  jobPrice: (request: string) => ["job-price", request] as const,
  models: ["models"] as const,
  templates: ["templates"] as const,
  projects: ["projects"] as const,
  usage: ["usage"] as const,
  authenticator: ["authenticator"] as const,
  storageReport: ["storage-report"] as const,
  budget: (userId: string) => ["budget", userId] as const,
  queue: ["queue"] as const,
  schedules: ["schedules"] as const,
  generations: (filter: GenerationFilter) => ["generations", filter] as const,
  job: (jobId: string) => ["job", jobId] as const,
  removed: (jobId: string) => ["job", jobId, "removed"] as const,
  addedPrice: (jobId: string, request: string) => ["job", jobId, "added-price", request] as const,
  sound: (versionId: string) => ["sound", versionId] as const,
  batches: (jobId: string) => ["job", jobId, "batches"] as const,
  batch: (jobId: string, batchId: string) => ["job", jobId, "batches", batchId] as const,
  modelChange: (jobId: string, batchId: string, model: string) =>
    ["job", jobId, "batches", batchId, "model", model] as const,
  allVersions: (jobId: string) => ["job", jobId, "versions"] as const,
  versions: (jobId: string, clipIndex: number) => ["job", jobId, "versions", clipIndex] as const,
  shares: (jobId: string) => ["shares", jobId] as const,
  comments: (jobId: string) => ["comments", jobId] as const,
  shared: (token: string) => ["shared", token] as const,
  sharedComments: (token: string) => ["shared", token, "comments"] as const,
  estimate: (jobId: string, revision: number, batch: BatchRequestModel) =>
    ["job", jobId, "estimate", revision, batch] as const,
  comparison: (jobId: string, clipIndex: number, left: string, right: string) =>
    ["job", jobId, "comparison", clipIndex, left, right] as const,
};

/** What one user has read is kept here, and no other user sees it. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        staleTime: 10_000,
        // The client itself repeats what may be repeated; an answer that says no stays a no.
        retry: (failures, error) => !(error instanceof ApiProblem) && failures < 1,
        refetchOnWindowFocus: true,
      },
      // Sent now or not at all: what waits for a connection would cost money unseen.
      mutations: { networkMode: "always" },
    },
  });
}

/**
 * Begin something once what the first page shows was read, so that it delays none of that.
 *
 * @param begin Returns what ends it again.
 * @returns What ends the wait, or what was begun.
 */
export function whenRead(queries: QueryClient, begin: () => () => void): () => void {
  let end: (() => void) | undefined;
  const stop = queries.getQueryCache().subscribe(({ type }) => {
    if (end !== undefined || type !== "updated" || queries.isFetching() > 0) return;
    stop();
    end = begin();
  });
  return () => {
    stop();
    end?.();
  };
}

/** Read again what is shown when another tab has changed something, and report changes to other tabs. */
export function followOtherTabs(queries: QueryClient): () => void {
  const tabs = new BroadcastChannel("retake.changes");
  tabs.onmessage = () => void queries.invalidateQueries();
  const stop = queries.getMutationCache().subscribe((event) => {
    if (event.type === "updated" && event.action.type === "success") tabs.postMessage(null);
  });
  return () => {
    stop();
    tabs.close();
  };
}
