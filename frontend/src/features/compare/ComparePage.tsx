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

const USUAL_FPS = 30;

interface ComparePageProps {
  readonly jobId: string;
  readonly clipIndex: number;
}

/** Two takes of a clip, side by side; the address says which, so it can be given to others. */
export default function ComparePage({ jobId, clipIndex }: ComparePageProps) {
  const api = useApi();
  const [search, setSearch] = useSearchParams();
  const [view, setView] = useCompareView();
  const left = search.get("left") ?? "";
  const right = search.get("right") ?? "";
  const choose = (sides: Record<string, string>) => {
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
  const comparison = useQuery({
    queryKey: keys.comparison(jobId, clipIndex, left, right),
    queryFn: ({ signal }) => api.compareVersions(jobId, clipIndex, left, right, { signal }),
    enabled: left !== "" && right !== "",
  });
  const job = useQuery({
    queryKey: keys.job(jobId),
    queryFn: ({ signal }) => api.getJob(jobId, { signal }),
  });
  const choices = versions.data?.versions ?? [];
  // An address may name a version by its number.
  const idOf = (side: string) =>
    choices.find(({ version_number }) => String(version_number) === side)?.version_id ?? side;
  const takeOf = (version: VersionView): ComparedTake => ({
    number: version.version_number,
    url: version.video_url,
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
  const clip = formatClip(clipIndex, choices[0]?.clip_title);
  usePageTitle(say.compare.pageTitle(clip));
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
          {comparison.data && (
            <ShareButton jobId={jobId} comparison={{ clip_index: clipIndex, left, right }} />
          )}
        </div>
      </header>
      {choices.length > 0 && (
        <div className={styles.choice}>
          <VersionSelect
            label={say.compare.left}
            versions={choices}
            value={idOf(left)}
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
            value={idOf(right)}
            onChange={(id) => {
              choose({ right: id });
            }}
          />
        </div>
      )}
      {(left === "" || right === "") && <EmptyNotice title={say.compare.choose} />}
      {comparison.isLoading && <Skeleton lines={3} />}
      {comparison.isLoadingError && (
        <ErrorNotice error={comparison.error} onRetry={() => void comparison.refetch()} />
      )}
      {comparison.data && (
        <>
          <CompareStage
            key={`${left} ${right}`}
            left={takeOf(comparison.data.left)}
            right={takeOf(comparison.data.right)}
            fps={job.data?.profile?.fps ?? USUAL_FPS}
            view={view}
            onView={setView}
          />
          <Differences comparison={comparison.data} />
        </>
      )}
    </div>
  );
}
