import { Link } from "wouter";
import type { TrackedVideoView, VideoStatus } from "../api/schema";
import { formatAgo, formatMoment, formatPrice, formatSeconds } from "../format";
import { say } from "../strings";
import { Badge, type Tone } from "../ui/Badge";
import { ProgressBar } from "../ui/ProgressBar";
import styles from "./TrackedVideo.module.css";
import { VideoActions } from "./VideoActions";

const TONES: Record<VideoStatus, Tone> = {
  processing: "accent",
  in_doubt: "accent",
  completed: "good",
  failed: "bad",
  cancelled: "neutral",
};

interface TrackedVideoProps {
  readonly video: TrackedVideoView;
  /** Its place among those that are chosen. */
  readonly place?: number | undefined;
  /** Chooses it, or no longer; without, it cannot be chosen. */
  readonly onToggle?: () => void;
  readonly onDelete: () => void;
}

/** A video on its way and afterwards: status, progress, picture, and what can be done with it. */
export function TrackedVideo({ video, place, onToggle, onDelete }: TrackedVideoProps) {
  const { title, prompt, status, progress, paused, error, doubt, thumbnail_url: picture } = video;
  const cost = video.actual_cost ?? video.estimated_cost;
  const moves = (status === "processing" || status === "in_doubt") && !paused;
  return (
    <li className={styles.card} data-chosen={place !== undefined || undefined}>
      <div className={styles.picture} aria-busy={moves}>
        {picture && <img src={picture} alt="" loading="lazy" />}
        {onToggle && (
          <label className={styles.select}>
            <input
              type="checkbox"
              checked={place !== undefined}
              aria-label={say.videos.select(title)}
              onChange={onToggle}
            />
            {place !== undefined && <span aria-hidden="true">{place + 1}</span>}
          </label>
        )}
      </div>
      <div className={styles.text}>
        <h3 className={styles.title}>
          {status === "completed" ? <Link href={`/jobs/${video.video_id}`}>{title}</Link> : title}
        </h3>
        {prompt !== title && <p className={styles.prompt}>{prompt}</p>}
        {status === "processing" && <ProgressBar label={say.videos.progressOf(title)} percent={progress} />}
        {doubt && <p>{say.batch.doubt(doubt.awaited, formatMoment(doubt.until))}</p>}
        {error && <p className={styles.error}>{error}</p>}
        <p className={styles.facts}>
          {status === "processing" && paused ? (
            <Badge tone="wait">{say.batch.paused}</Badge>
          ) : (
            <Badge tone={TONES[status]}>{say.videos.status[status]}</Badge>
          )}
          <span>{formatSeconds(video.seconds)}</span>
          {cost !== null && <span>{formatPrice(cost)}</span>}
          <time dateTime={video.created_at}>{formatAgo(video.created_at)}</time>
        </p>
        <VideoActions video={video} onDelete={onDelete} />
      </div>
    </li>
  );
}
