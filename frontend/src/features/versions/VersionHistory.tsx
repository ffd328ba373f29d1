import { useId } from "react";
import type { JobView, VersionView } from "../../api/schema";
import { formatClip } from "../../format";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import { OneLine } from "../../components/OneLine";
import { TakeChoice } from "./TakeChoice";
import { groupTakes } from "./takes";
import { useRestore } from "./useRestore";
import { useVersions } from "./useVersions";
import { VersionEntry } from "./VersionEntry";
import styles from "./VersionHistory.module.css";

interface VersionHistoryProps {
  readonly job: JobView;
  readonly clipIndex: number;
  /** The version in the player. */
  readonly playing: string | null;
  readonly onPlay: (version: VersionView) => void;
  readonly onClose: () => void;
}

/** All takes of a clip, newest first: what made each, what it cost, and the way back to it. */
export function VersionHistory({ job, clipIndex, playing, onPlay, onClose }: VersionHistoryProps) {
  const id = useId();
  const versions = useVersions(job, clipIndex);
  const restore = useRestore(job.job_id, clipIndex);
  const current = versions.data?.versions.find((version) => version.is_current);
  const entry = (version: VersionView) => (
    <VersionEntry
      key={version.version_id}
      version={version}
      current={current}
      restoring={restore.restoringId === version.version_id}
      disabled={restore.restoringId !== null || job.status !== "ready"}
      playing={playing === version.version_id}
      onPlay={() => {
        onPlay(version);
      }}
      onRestore={() => {
        restore.restore(version, current);
      }}
    />
  );
  return (
    <section aria-labelledby={id} className={styles.history}>
      <header className={styles.header}>
        <h2 id={id} className={styles.title}>
          <OneLine end={` - ${say.versions.title}`}>
            {formatClip(clipIndex, job.clips[clipIndex]?.title)}
          </OneLine>
        </h2>
        <Button size="small" look="quiet" aria-label={say.app.close} onClick={onClose}>
          ×
        </Button>
      </header>
      {versions.isPending && <Skeleton lines={3} />}
      {versions.isLoadingError && (
        <ErrorNotice error={versions.error} onRetry={() => void versions.refetch()} />
      )}
      {versions.data && (
        <>
          <ol className={styles.versions}>
            {groupTakes(versions.data.versions).map(({ key, versions: takes }) =>
              takes.length === 1 ? (
                takes.map(entry)
              ) : (
                <TakeChoice key={key} count={takes.length}>
                  {takes.map(entry)}
                </TakeChoice>
              ),
            )}
          </ol>
          <p className={styles.cap}>{say.versions.cap(versions.data.max_active_versions)}</p>
        </>
      )}
    </section>
  );
}
