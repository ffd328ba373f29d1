import type { JobView } from "../../api/schema";
import { LazyPart } from "../../components/LazyPart";
import { EmptyNotice } from "../../components/Notice";
import { say } from "../../strings";
import { BringBack } from "./lazyParts";

/** Says why nothing can be regenerated yet, or any more. */
export function JobState({ job }: { readonly job: JobView }) {
  if (job.status === "ready") return null;
  if (job.status === "preparing") {
    const ready = job.clips.filter((clip) => clip.status === "ready").length;
    return (
      <EmptyNotice title={say.job.preparing}>{say.job.preparingCount(ready, job.clips.length)}</EmptyNotice>
    );
  }
  if (job.status === "failed") return <EmptyNotice title={say.job.failed(job.failure ?? "")} />;
  return (
    <EmptyNotice title={say.job.deleting}>
      {job.undelete_until !== null && (
        <LazyPart>
          <BringBack jobId={job.job_id} />
        </LazyPart>
      )}
    </EmptyNotice>
  );
}
