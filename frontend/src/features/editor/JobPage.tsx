import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import type { Connection } from "../../api/events";
import { ApiProblem } from "../../api/problem";
import type { BatchView, JobView } from "../../api/schema";
import { NotFoundPage } from "../../components/NotFoundPage";
import { keys } from "../../api/queries";
import { usePageTitle } from "../../components/usePageTitle";
import { formatClip } from "../../format";
import { seekTo } from "../../components/player/seek";
import { say } from "../../strings";
import { StagePage } from "../../components/StagePage";
import { LazyPart } from "../../components/LazyPart";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { ClipNotices } from "../versions/ClipNotices";
import { JobHeader } from "./JobHeader";
import styles from "./JobPage.module.css";
import { JobState } from "./JobState";
import { Player } from "./Player";
import { summary, workOf } from "./progress";
import { RegeneratePanel } from "./RegeneratePanel";
import { AddClips, BatchHistory, ClipActions, CommentsPanel, StaleClips, VersionHistory } from "./lazyParts";
import { RemovedClips } from "./RemovedClips";
import { canReorder, orderWithMoved, type Scale, startsOf } from "./timeline";
import { Timeline } from "./Timeline";
import { clipButtonId } from "./TimelineClip";
import { TimelineTools } from "./TimelineTools";
import { SoundtrackPanel } from "./SoundtrackPanel";
import { useBatchReport } from "./useBatchReport";
import { isBusy, useJob } from "./useJob";
import { useJobEvents } from "./useJobEvents";
import { useSelection } from "./useSelection";
import { useTimelineChange } from "./useTimelineChange";
import { useUndoKey } from "./useUndoKey";
import { pinsOf, useComments } from "../share/useComments";
import { useVersions } from "../versions/useVersions";

const NOT_FOUND = 404;
const USUAL_RATIO = 16 / 9;
const USUAL_FPS = 30;

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
  const change = useTimelineChange(job);
  const [scale, setScale] = useState<Scale>("readable");
  const [adding, setAdding] = useState(false);
  const isAdding = adding && job.status === "ready";
  useUndoKey(job, change);
  const move = (from: number, to: number) => {
    const order = orderWithMoved(job.clips.length, from, to);
    const onDone = () => {
      // What is open stays open, at its new place, and the focus with it.
      if (shown !== null && order) go(`${base}/clips/${order.indexOf(shown)}`, { replace: true });
      requestAnimationFrame(() => document.getElementById(clipButtonId(to))?.focus());
    };
    if (order) change.mutate({ order, onDone });
  };
  const fps = profile?.fps ?? USUAL_FPS;
  const comments = useComments(job);
  return (
    <StagePage
      sticky
      header={
        <JobHeader
          job={job}
          onRename={(title) => {
            change.mutate({ rename: title });
          }}
        />
      }
      stage={
        <>
          <Player
            job={job}
            version={version}
            video={video}
            onVideo={setVideo}
            startAt={startAt}
            pins={pinsOf(comments, fps)}
            onFilm={() => {
              go(shown === null ? base : `${base}/clips/${shown}`);
            }}
            refresh={() => void queries.invalidateQueries({ queryKey: keys.job(job.job_id) })}
          />
          <Timeline
            clips={job.clips}
            ratio={profile ? profile.width / profile.height : USUAL_RATIO}
            fps={fps}
            scale={selection.open ? "readable" : scale}
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
            onMove={canReorder(job) ? move : undefined}
          />
          <TimelineTools
            job={job}
            change={change}
            scale={scale}
            onScale={setScale}
            onAdd={() => {
              setAdding(true);
            }}
          />
          {shown === null ? (
            <p className={styles.hint} role={openClip === null ? undefined : "status"}>
              {openClip === null
                ? say.job.openClip
                : say.player.noClip(clipNumber(openClip), job.clips.length)}
            </p>
          ) : (
            <LazyPart lines={1}>
              <ClipActions job={job} index={shown} change={change} dispatch={dispatch} />
            </LazyPart>
          )}
          <RemovedClips job={job} change={change} />
        </>
      }
      side={
        <>
          <JobState job={job} />
          {isAdding && (
            <div className={styles.panel}>
              <LazyPart lines={3}>
                <AddClips
                  job={job}
                  at={shown === null ? null : shown + 1}
                  onClose={() => {
                    setAdding(false);
                  }}
                />
              </LazyPart>
            </div>
          )}
          {shown !== null && (
            <div className={styles.panel}>
              <LazyPart lines={4}>
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
              </LazyPart>
            </div>
          )}
          {job.clips.some((clip) => clip.stale) && (
            <LazyPart lines={2}>
              <StaleClips job={job} />
            </LazyPart>
          )}
          <ClipNotices clips={job.clips} />
          {comments.length > 0 && (
            <LazyPart lines={2}>
              <CommentsPanel
                job={job}
                comments={comments}
                fps={fps}
                onSeek={(seconds) => {
                  if (version !== null) go(base);
                  if (video) {
                    video.pause();
                    seekTo(video, seconds);
                  }
                }}
                onUse={(clipId, text) => {
                  dispatch({ type: "added", clipIds: [clipId] });
                  dispatch({ type: "wrote", clipId, text });
                  const clip = job.clips.find(({ clip_id }) => clip_id === clipId);
                  if (clip) toast(say.comments.used(formatClip(clip.clip_index, clip.title)));
                }}
              />
            </LazyPart>
          )}
          <RegeneratePanel job={job} selection={selection} dispatch={dispatch} />
          <SoundtrackPanel job={job} />
          <LazyPart lines={2}>
            <BatchHistory job={job} connection={connection} />
          </LazyPart>
        </>
      }
    />
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
