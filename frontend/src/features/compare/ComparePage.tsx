import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "wouter";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { usePageTitle } from "../../components/usePageTitle";
import { formatClip } from "../../format";
import { useRestore } from "../versions/useRestore";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { EmptyNotice, ErrorNotice, Skeleton } from "../../components/Notice";
import { OneLine } from "../../components/OneLine";
import { CompareStage } from "./CompareStage";
import styles from "./ComparePage.module.css";
import { Differences } from "./Differences";
import { VersionSelect } from "./VersionSelect";

interface ComparePageProps {
  readonly jobId: string;
  readonly clipIndex: number;
}

/** Two takes of a clip, side by side; the address says which, so it can be given to others. */
export default function ComparePage({ jobId, clipIndex }: ComparePageProps) {
  const api = useApi();
  const [search, setSearch] = useSearchParams();
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
  const choices = versions.data?.versions ?? [];
  const clip = formatClip(clipIndex, choices[0]?.clip_title);
  usePageTitle(say.compare.pageTitle(clip));
  return (
    <div className={styles.page} data-wide>
      <header className={styles.header}>
        <Link href={`/jobs/${jobId}/clips/${clipIndex}`} className={styles.back}>
          ← {say.versions.back}
        </Link>
        <h1>
          <OneLine end={` - ${say.compare.title}`}>{clip}</OneLine>
        </h1>
      </header>
      {choices.length > 0 && (
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
      {(left === "" || right === "") && <EmptyNotice title={say.compare.choose} />}
      {comparison.isLoading && <Skeleton lines={3} />}
      {comparison.isLoadingError && (
        <ErrorNotice error={comparison.error} onRetry={() => void comparison.refetch()} />
      )}
      {comparison.data && (
        <>
          <CompareStage
            key={`${left} ${right}`}
            comparison={comparison.data}
            mode={search.get("view") === "wipe" ? "wipe" : "side"}
            onMode={(mode) => {
              choose({ view: mode });
            }}
            startAt={Number(search.get("at") ?? "") || 0}
            onPlace={(seconds) => {
              choose({ at: seconds.toFixed(2) });
            }}
            onRestore={(version) => {
              restore.restore(
                version,
                choices.find(({ is_current }) => is_current),
              );
            }}
            restoring={restore.restoringId}
          />
          <Differences comparison={comparison.data} />
        </>
      )}
    </div>
  );
}
