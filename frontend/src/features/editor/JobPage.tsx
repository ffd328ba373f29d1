import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import type { Connection } from "../../api/events";
import { ApiProblem } from "../../api/problem";
import type { BatchView, JobView } from "../../api/schema";
import { NotFoundPage } from "../../components/NotFoundPage";
import { keys } from "../../api/queries";
import { usePageTitle } from "../../components/usePageTitle";
import { useBulkDownload } from "../videos/useBulkDownload";
import { formatSeconds } from "../../format";
import { seekTo } from "../../components/player/seek";
import { say } from "../../strings";
import { Badge } from "../../components/Badge";
import { Button } from "../../components/Button";
import { EmptyNotice, ErrorNotice, Skeleton } from "../../components/Notice";
import { BatchHistory } from "./BatchHistory";
import { ClipActions } from "./ClipActions";
import { ClipNotices } from "../versions/ClipNotices";
import styles from "./JobPage.module.css";
import { Player } from "./Player";
import { summary, workOf } from "./progress";
import { RegeneratePanel } from "./RegeneratePanel";
import { clipButtonId, Timeline } from "./Timeline";
import { startsOf } from "./timeline";
import { useBatchReport } from "./useBatchReport";
import { isBusy, useJob } from "./useJob";
import { useJobEvents } from "./useJobEvents";
import { useSelection } from "./useSelection";
import { useVersions } from "../versions/useVersions";
import { VersionHistory } from "../versions/VersionHistory";

const NOT_FOUND = 404;
const USUAL_RATIO = 16 / 9;

interface JobPageProps {
  readonly jobId: string;
  /** The clip whose version history is open, as the address has it; null for none. */
  readonly openClip: string | null;
}

/** One job: its video, its clips, what is being changed, and each clip's earlier takes. */
export default function JobPage({ jobId, openClip }: JobPageProps) {
  const [connection, setConnection] = useState<Connection>("events");
  const job = useJob(jobId, connection);
  useJobEvents(job.data, { busy: isBusy(job.data), onConnection: setConnection });
  if (job.isPending) return <Skeleton lines={4} />;
  if (job.isLoadingError) {
    if (job.error instanceof ApiProblem && job.error.status === NOT_FOUND)
      return <NotFoundPage what={say.job.unknown} />;
    return <ErrorNotice error={job.error} onRetry={() => void job.refetch()} />;
  }
  return <Job job={job.data} openClip={openClip} connection={connection} />;
}

interface JobProps {
  readonly job: JobView;
  readonly openClip: string | null;
  readonly connection: Connection;
}

function Job({ job, openClip, connection }: JobProps) {
  const [, go] = useLocation();
  const [search] = useSearchParams();
  const queries = useQueryClient();
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const [selection, dispatch] = useSelection(job.job_id);
  const { running, isNews } = useBatchReport(job, connection);
  usePageTitle(titleOf(job.title, running, isNews));

  const base = `/jobs/${job.job_id}`;
  const shown = placeOf(openClip, job.clips.length);
  const versions = useVersions(job, shown).data?.versions ?? [];
  const number = Number(search.get("version") ?? "");
  const version = versions.find((one) => one.version_number === number && one.video_url !== null) ?? null;
  const startAt = shown === null ? 0 : (startsOf(job.clips)[shown] ?? 0);
  useSeekToClip(video, shown, version === null ? startAt : null);
  const profile = job.profile;
  return (
    <div className={styles.page} data-wide>
      <header className={styles.header}>
        <h1 dir="auto">{job.title}</h1>
        <JobFacts job={job} />
      </header>
      <div className={styles.stage}>
        <Player
          job={job}
          version={version}
          video={video}
          onVideo={setVideo}
          startAt={startAt}
          onFilm={() => {
            go(shown === null ? base : `${base}/clips/${shown}`);
          }}
          refresh={() => void queries.invalidateQueries({ queryKey: keys.job(job.job_id) })}
        />
        <Timeline
          clips={job.clips}
          ratio={profile ? profile.width / profile.height : USUAL_RATIO}
          video={version === null ? video : null}
          openClip={shown}
          work={workOf(running, (status, percent) => say.batch.work(say.batch.clipStatus[status], percent))}
          selection={selection}
          dispatch={dispatch}
          onOpen={(index) => {
            go(`${base}/clips/${index}`);
            // The same address again puts the player back to the start of the clip.
            if (video && version === null) seekTo(video, startsOf(job.clips)[index] ?? 0);
          }}
        />
        {shown === null ? (
          <p className={styles.hint} role={openClip === null ? undefined : "status"}>
            {openClip === null ? say.job.openClip : say.player.noClip(clipNumber(openClip), job.clips.length)}
          </p>
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
              playing={version?.version_id ?? null}
              onPlay={(one) => {
                go(`${base}/clips/${shown}?version=${one.version_number}`);
              }}
              onClose={() => {
                go(base);
                document.getElementById(clipButtonId(shown))?.focus();
              }}
            />
          </div>
        )}
        <ClipNotices clips={job.clips} />
        <RegeneratePanel job={job} selection={selection} dispatch={dispatch} />
        <BatchHistory job={job} connection={connection} />
      </aside>
    </div>
  );
}

function titleOf(title: string, running: BatchView | undefined, isNews: boolean): string {
  if (running) return say.job.titleWith(Math.floor(summary(running).percent), title);
  return isNews ? say.job.titleDone(title) : title;
}

/** The clip that an address names, if the job has it. */
function placeOf(openClip: string | null, count: number): number | null {
  if (openClip === null || !/^\d+$/.test(openClip)) return null;
  const index = Number(openClip);
  return index < count ? index : null;
}

/** Clips are counted from 1 for people, from 0 in addresses. */
function clipNumber(openClip: string): string {
  return /^\d+$/.test(openClip) ? String(Number(openClip) + 1) : `“${openClip}”`;
}

/** Put the film to where a clip begins when another one is opened: also by Back and Forward. */
function useSeekToClip(video: HTMLVideoElement | null, clip: number | null, startAt: number | null): void {
  const seek = useEffectEvent(() => {
    if (video && clip !== null && startAt !== null) seekTo(video, startAt);
  });
  useEffect(() => {
    seek();
  }, [clip]);
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
