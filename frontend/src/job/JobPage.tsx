import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useLocation } from "wouter";
import type { Connection } from "../api/events";
import type { JobView } from "../api/schema";
import { keys } from "../app/queries";
import { usePageTitle } from "../app/usePageTitle";
import { formatSeconds } from "../format";
import { say } from "../strings";
import { useBulkDownload } from "../downloads/useBulkDownload";
import { Badge } from "../ui/Badge";
import { Button } from "../ui/Button";
import { EmptyNotice, ErrorNotice, Skeleton } from "../ui/Notice";
import { BatchHistory } from "./BatchHistory";
import { ClipActions } from "./ClipActions";
import styles from "./JobPage.module.css";
import { Player } from "./Player";
import { RegeneratePanel } from "./RegeneratePanel";
import { Timeline } from "./Timeline";
import { startsOf } from "./timeline";
import { useBusyClips } from "./useBusyClips";
import { isBusy, useJob } from "./useJob";
import { useJobEvents } from "./useJobEvents";
import { useSelection } from "./useSelection";
import { VersionHistory } from "./VersionHistory";

interface JobPageProps {
  readonly jobId: string;
  /** The clip whose version history is open. */
  readonly openClip: number | null;
}

/** One job: its video, its clips, what is being changed, and each clip's earlier takes. */
export default function JobPage({ jobId, openClip }: JobPageProps) {
  const [connection, setConnection] = useState<Connection>("events");
  const job = useJob(jobId, connection);
  useJobEvents(job.data, { busy: isBusy(job.data), onConnection: setConnection });
  usePageTitle(job.data?.title ?? say.jobs.title);
  if (job.isPending) return <Skeleton lines={4} />;
  if (job.isLoadingError) return <ErrorNotice error={job.error} onRetry={() => void job.refetch()} />;
  return <Job job={job.data} openClip={openClip} connection={connection} />;
}

interface JobProps {
  readonly job: JobView;
  readonly openClip: number | null;
  readonly connection: Connection;
}

function Job({ job, openClip, connection }: JobProps) {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const player = useRef<HTMLVideoElement>(null);
  const [selection, dispatch] = useSelection(job.job_id);
  const base = `/jobs/${job.job_id}`;
  const busy = useBusyClips(job, connection);
  const open = (index: number) => {
    if (player.current) player.current.currentTime = startsOf(job.clips)[index] ?? 0;
    go(`${base}/clips/${index}`);
  };
  const shown = openClip !== null && job.clips[openClip] ? openClip : null;
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{job.title}</h1>
        <JobFacts job={job} />
      </header>
      <div className={styles.stage}>
        <Player
          job={job}
          element={player}
          refresh={() => void queries.invalidateQueries({ queryKey: keys.job(job.job_id), exact: true })}
        />
        <Timeline clips={job.clips} player={player} openClip={shown} busy={busy} onOpen={open} />
        {shown === null ? (
          <p className={styles.hint}>{say.job.openClip}</p>
        ) : (
          <ClipActions job={job} index={shown} dispatch={dispatch} />
        )}
      </div>
      <aside className={styles.side}>
        <JobState job={job} />
        {shown !== null && (
          <div className={styles.panel}>
            <VersionHistory
              job={job}
              clipIndex={shown}
              onClose={() => {
                go(base);
              }}
            />
          </div>
        )}
        <RegeneratePanel job={job} selection={selection} dispatch={dispatch} />
        <BatchHistory job={job} connection={connection} />
      </aside>
    </div>
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

/** Says why nothing can be regenerated yet, or any more. */
function JobState({ job }: { readonly job: JobView }) {
  if (job.status === "ready") return null;
  if (job.status === "preparing") {
    const ready = job.clips.filter((clip) => clip.status === "ready").length;
    return (
      <EmptyNotice title={say.job.preparing}>{say.job.preparingCount(ready, job.clips.length)}</EmptyNotice>
    );
  }
  return (
    <EmptyNotice title={job.status === "failed" ? say.job.failed(job.failure ?? "") : say.job.deleting} />
  );
}
