import { Link } from "wouter";
import type { VersionView } from "../../api/schema";
import { formatAgo, formatBytes, formatDate, formatMoment, formatPrice, formatSeconds } from "../../format";
import { say } from "../../strings";
import { Badge, type Tone } from "../../components/Badge";
import { Button, buttonClass } from "../../components/Button";
import styles from "./VersionEntry.module.css";

const TONES: Record<VersionView["state"], Tone> = {
  current: "good",
  active: "neutral",
  archiving: "wait",
  archived: "wait",
  restoring: "accent",
  deleted: "neutral",
};

interface VersionEntryProps {
  readonly version: VersionView;
  readonly current: VersionView | undefined;
  readonly restoring: boolean;
  readonly disabled: boolean;
  readonly playing: boolean;
  readonly onPlay: () => void;
  readonly onRestore: () => void;
}

/** One take in the history. */
export function VersionEntry(props: VersionEntryProps) {
  const { version, current, restoring, disabled, playing, onPlay, onRestore } = props;
  const { version_number: number, is_current: isCurrent, user_instruction: instruction } = version;
  const name = say.versions.version(number);
  const gone = version.state === "deleted";
  const choose = version.takes > 1 ? say.versions.makeCurrent : say.versions.restore;
  return (
    <li className={styles.entry} aria-current={isCurrent || undefined}>
      <Preview version={version} playing={playing} onPlay={onPlay} />
      <div className={styles.text}>
        <h3 className={styles.title}>
          {name} {isCurrent && <span className={styles.mark}>{say.versions.current} ✓</span>}{" "}
          {instruction === null && <span className={styles.original}>{say.versions.original}</span>}
        </h3>
        <p className={styles.made} dir="auto">
          {madeBy(version)} - {formatPrice(version.cost)}
        </p>
        <p className={styles.facts}>
          <time dateTime={version.created_at}>{formatAgo(version.created_at)}</time>
          {version.takes > 1 && <span>{say.versions.take(version.take, version.takes)}</span>}
          <span>{formatSeconds(version.duration_ms / 1000)}</span>
          <span>{formatBytes(version.size_bytes)}</span>
          {!isCurrent && version.state !== "active" && (
            <Badge tone={TONES[version.state]}>{say.versions.states[version.state]}</Badge>
          )}
          {version.damaged_at && <Badge tone="bad">{say.versions.damaged}</Badge>}
          {version.expected_at && <span>{say.versions.readyBy(formatMoment(version.expected_at))}</span>}
          {version.deleted_at && <span>{formatDate(version.deleted_at)}</span>}
        </p>
        {version.made_from.length > 0 && (
          <ul className={styles.notices} aria-label={say.versions.madeFrom}>
            {version.made_from.map((source, index) => (
              <li key={index}>
                {say.versions.source(say.versions.roles[source.role], source.version_number, source.frame)}
                {source.neighbour && ` ${say.versions.neighbours[source.neighbour]}`}
              </li>
            ))}
          </ul>
        )}
        {version.notices.length > 0 && (
          <ul className={styles.notices} aria-label={say.versions.notices}>
            {version.notices.map(({ code, text }) => (
              <li key={code}>{text}</li>
            ))}
          </ul>
        )}
        {!isCurrent && !gone && (
          <div className={styles.actions}>
            <Button
              size="small"
              disabled={disabled || version.state === "restoring"}
              busy={restoring}
              onClick={onRestore}
              aria-label={`${choose} ${name}`}
            >
              {restoring ? say.versions.restoring : choose}
            </Button>
            {current && (
              <Link
                className={buttonClass("quiet", "small")}
                aria-label={`${say.versions.compare} ${name}`}
                href={`/jobs/${version.job_id}/clips/${version.clip_index}/compare?left=${version.version_id}&right=${current.version_id}`}
              >
                {say.versions.compare}
              </Link>
            )}
          </div>
        )}
      </div>
    </li>
  );
}

/** What made a take: its instruction; for the first one its prompt, or the file. */
function madeBy({ user_instruction, prompt, provider }: VersionView): string {
  if (user_instruction !== null) return `“${user_instruction}”`;
  if (provider === null) return say.versions.uploaded;
  return prompt ? `${say.versions.originalText}: “${prompt}”` : say.versions.originalText;
}

interface PreviewProps {
  readonly version: VersionView;
  readonly playing: boolean;
  readonly onPlay: () => void;
}

/** The take's picture, which plays the take in the player when it is pressed. */
function Preview({ version, playing, onPlay }: PreviewProps) {
  const { video_url: video, thumbnail_url: picture } = version;
  if (video === null)
    return <div className={styles.preview}>{picture && <img src={picture} alt="" loading="lazy" />}</div>;
  return (
    <button
      type="button"
      className={styles.preview}
      aria-label={say.versions.play(version.version_number)}
      aria-pressed={playing}
      onClick={onPlay}
    >
      {picture && <img src={picture} alt="" loading="lazy" />}
      <span className={styles.play} aria-hidden="true">
        ▶
      </span>
    </button>
  );
}
