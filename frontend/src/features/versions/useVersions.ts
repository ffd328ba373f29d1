import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import type { JobView, VersionList } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";

const COMING_BACK_MS = 10_000;

/**
 * Read a clip's takes, if there is a clip. While one comes back from the archive, which takes minutes to hours, they are read
 * again now and then: it becomes current by itself, and then the job has another video.
 */
export function useVersions(job: JobView, clipIndex: number | null): UseQueryResult<VersionList> {
  const api = useApi();
  const queries = useQueryClient();
  const { job_id: jobId } = job;
  const versions = useQuery({
    queryKey: keys.versions(jobId, clipIndex ?? -1),
    queryFn: ({ signal }) => api.listVersions(jobId, clipIndex ?? -1, { signal }),
    enabled: clipIndex !== null,
    refetchInterval: ({ state }) =>
      state.data?.versions.some((version) => version.state === "restoring") && COMING_BACK_MS,
  });
  const revision = versions.data?.timeline_revision ?? 0;
  const isBehind = revision > job.timeline_revision;
  useEffect(() => {
    if (isBehind) void queries.invalidateQueries({ queryKey: keys.job(jobId), exact: true });
  }, [queries, jobId, isBehind, revision]);
  return versions;
}
