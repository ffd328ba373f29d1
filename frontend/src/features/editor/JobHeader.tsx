import type { JobView } from "../../api/schema";
import { Badge } from "../../components/Badge";
import { Button } from "../../components/Button";
import { TitleInPlace } from "../../components/TitleInPlace";
import { formatSeconds } from "../../format";
import { say } from "../../strings";
import { ShareButton } from "../share/ShareButton";
import { useBulkDownload } from "../videos/useBulkDownload";
import styles from "./JobHeader.module.css";

interface JobHeaderProps {
  readonly job: JobView;
  readonly onRename: (title: string) => void;
}

/** A job's title, what its video is, and the ways to take that along. */
export function JobHeader({ job, onRename }: JobHeaderProps) {
  return (
    <>
      <h1>
        <TitleInPlace
          key={job.job_id}
          title={job.title}
          label={say.job.titleOfJob}
          disabled={job.status === "deleting"}
          onChange={onRename}
        />
      </h1>
      <JobFacts job={job} />
    </>
  );
}

function JobFacts({ job }: { readonly job: JobView }) {
  return (
    <p className={styles.facts}>
      {job.status !== "ready" && (
        <Badge tone={job.status === "failed" ? "bad" : "wait"}>{say.jobs.status[job.status]}</Badge>
      )}
      <span>{say.jobs.clips(job.clips.length)}</span>
      {job.video && <span>{formatSeconds(job.video.duration_ms / 1000)}</span>}
      {job.profile && (
        <span>
          {job.profile.width} × {job.profile.height}
        </span>
      )}
      {job.video && (
        <a href={job.video.url} target="_blank" rel="noreferrer">
          {say.job.open}
        </a>
      )}
      {job.status === "ready" && <DownloadAll jobId={job.job_id} />}
      {job.video && <ShareButton jobId={job.job_id} title={job.title} />}
    </p>
  );
}

/** Saves every clip and the composed video as one archive. */
function DownloadAll({ jobId }: { readonly jobId: string }) {
  const { start, busy, progress } = useBulkDownload();
  return (
    <Button
      size="small"
      busy={busy}
      onClick={() => {
        start({ job_id: jobId });
      }}
    >
      {busy ? say.job.packing(progress) : say.job.downloadAll}
    </Button>
  );
}
