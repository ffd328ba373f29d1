import { useEffect, useEffectEvent } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "wouter";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import type { VersionView } from "../../api/schema";
import { usePageTitle } from "../../components/usePageTitle";
import { formatClip } from "../../format";
import { useRestore } from "../versions/useRestore";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { EmptyNotice, ErrorNotice, Skeleton } from "../../components/Notice";
import { OneLine } from "../../components/OneLine";
import { type ComparedTake, CompareStage } from "./CompareStage";
import styles from "./ComparePage.module.css";
import { ShareButton } from "../share/ShareButton";
import { Differences } from "./Differences";
import { VersionSelect } from "./VersionSelect";
import { useCompareView } from "./useCompareView";

/** Of a job that cannot be read at the moment. */
const USUAL = { fps: 30, ratio: 16 / 9 };

interface ComparePageProps {
  readonly jobId: string;
  readonly clipIndex: number;
}

/** Two takes of a clip, side by side; the address says which, so it can be given to others. */
export default function ComparePage({ jobId, clipIndex }: ComparePageProps) {
  const api = useApi();
  const [search, setSearch] = useSearchParams();
  const [view, setView] = useCompareView();
  const choose = (sides: Readonly<Record<string, string>>) => {
    setSearch(
      (now) => {
        for (const [name, value] of Object.entries(sides)) now.set(name, value);
        return now;
      },
      { replace: true },
    );
  };
  const restore = useRestore(jobId, clipIndex);
  const versions = useQuery({
    queryKey: keys.versions(jobId, clipIndex),
    queryFn: ({ signal }) => api.listVersions(jobId, clipIndex, { signal }),
  });
  const job = useQuery({
    queryKey: keys.job(jobId),
    queryFn: ({ signal }) => api.getJob(jobId, { signal }),
  });
  const choices = versions.data?.versions ?? [];
  // An address may name a version by its number.
  const idOf = (side: string) =>
    choices.find(({ version_number }) => String(version_number) === side)?.version_id ?? side;
  const left = idOf(search.get("left") ?? "");
  const right = idOf(search.get("right") ?? "");
  const chooseUsual = useEffectEvent(choose);
  useEffect(() => {
    const usual = left === "" && right === "" && versions.data ? usualSides(versions.data.versions) : null;
    if (usual) chooseUsual(usual);
  }, [left, right, versions.data]);
  const isChosen = left !== "" && right !== "";
  const comparison = useQuery({
    queryKey: keys.comparison(jobId, clipIndex, left, right),
    queryFn: ({ signal }) => api.compareVersions(jobId, clipIndex, left, right, { signal }),
    enabled: isChosen && versions.data !== undefined,
  });
  const takeOf = (version: VersionView): ComparedTake => ({
    number: version.version_number,
    url: version.video_url,
    refresh: () => void versions.refetch(),
    caption: (
      <>
        {version.is_current && say.versions.current}{" "}
        {version.user_instruction === null ? say.versions.originalText : `“${version.user_instruction}”`}
      </>
    ),
    action: !version.is_current && (
      <Button
        size="small"
        busy={restore.restoringId === version.version_id}
        aria-label={`${say.versions.restore} ${say.versions.version(version.version_number)}`}
        onClick={() => {
          restore.restore(
            version,
            choices.find(({ is_current }) => is_current),
          );
        }}
      >
        {say.versions.restore}
      </Button>
    ),
  });
  const [leftTake, rightTake] = [left, right].map((id) =>
    choices.find(({ version_id, video_url }) => version_id === id && video_url !== null),
  );
  const clip = formatClip(clipIndex, choices[0]?.clip_title);
  usePageTitle(say.compare.pageTitle(clip));
  // All at once, each in its final size: nothing moves when the job or the versions are there.
  // What was read stays where it cannot be read again.
  const isReady = versions.data !== undefined && job.isFetched;
  const profile = job.data?.profile;
  return (
    <div className={styles.page} data-wide>
      <header className={styles.header}>
        <Link href={`/jobs/${jobId}/clips/${clipIndex}`} className={styles.back}>
          ← {say.versions.back}
        </Link>
        <div className={styles.heading}>
          <h1>
            <OneLine end={` - ${say.compare.title}`}>{clip}</OneLine>
          </h1>
          {isReady && leftTake && rightTake && (
            <ShareButton jobId={jobId} comparison={{ clip_index: clipIndex, left, right }} />
          )}
        </div>
      </header>
      {isReady && choices.length > 0 && (
        <div className={styles.choice}>
          <VersionSelect
            label={say.compare.left}
            versions={choices}
            value={left}
            onChange={(id) => {
              choose({ left: id });
            }}
          />
          <Button
            size="small"
            look="quiet"
            aria-label={say.compare.swap}
            onClick={() => {
              choose({ left: right, right: left });
            }}
          >
            ⇄
          </Button>
          <VersionSelect
            label={say.compare.right}
            versions={choices}
            value={right}
            onChange={(id) => {
              choose({ right: id });
            }}
          />
        </div>
      )}
      {!isReady && !versions.isLoadingError && <Skeleton lines={12} />}
      {versions.isLoadingError && (
        <ErrorNotice error={versions.error} onRetry={() => void versions.refetch()} />
      )}
      {isReady && !isChosen && <EmptyNotice title={say.compare.choose} />}
      {isReady && leftTake && rightTake && (
        <CompareStage
          key={`${left} ${right}`}
          left={takeOf(leftTake)}
          right={takeOf(rightTake)}
          fps={profile?.fps ?? USUAL.fps}
          ratio={profile ? profile.width / profile.height : USUAL.ratio}
          view={view}
          onView={setView}
        />
      )}
      {isReady && comparison.isLoading && <Skeleton lines={6} />}
      {comparison.isLoadingError && (
        <ErrorNotice error={comparison.error} onRetry={() => void comparison.refetch()} />
      )}
      {isReady && comparison.data && <Differences comparison={comparison.data} />}
    </div>
  );
}

/** The current version and the one before it; null where there are no two. */
function usualSides(versions: readonly VersionView[]): Readonly<Record<string, string>> | null {
  const current = versions.find(({ is_current }) => is_current);
  const others = versions
    .filter((version) => version !== current && version.video_url !== null)
    .sort((one, other) => other.version_number - one.version_number);
  const before = others.find(({ version_number }) => version_number < (current?.version_number ?? 0));
  const other = before ?? others[0];
  return current && other ? { left: other.version_id, right: current.version_id } : null;
}
