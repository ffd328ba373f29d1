import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link } from "wouter";
import { keys } from "../../api/queries";
import type { TrackedVideoView, VideoStatus } from "../../api/schema";
import { useApi } from "../../auth/context";
import { formatAgo, formatMoment, formatPrice, formatSeconds } from "../../format";
import { say } from "../../strings";
import { Badge, type Tone } from "../../components/Badge";
import { ProgressBar } from "../../components/ProgressBar";
import { sentenceOf } from "../../components/Notice";
import { TitleField } from "../../components/TitleInPlace";
import { toast } from "../../components/toasts";
import { useCancelling } from "./cancelling";
import { showVideos } from "./videoLists";
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
  const {
    title,
    prompt,
    status,
    progress,
    paused,
    error,
    doubt,
    thumbnail_url: picture,
    video_url: url,
  } = video;
  const isUnderWay = status === "processing" || status === "in_doubt";
  const isCancelling = useCancelling().has(video.video_id) && isUnderWay;
  const moves = isUnderWay && !paused;
  const [isPlaying, setPlaying] = useState(false);
  const [isRenaming, setRenaming] = useState(false);
  const pen = useRef<HTMLButtonElement>(null);
  const rename = useRename(video);
  return (
    <li className={styles.card} data-chosen={place !== undefined || undefined}>
      <div
        className={styles.picture}
        aria-busy={moves}
        onPointerEnter={({ pointerType }) => {
          setPlaying(pointerType === "mouse" && mayMove());
        }}
        onPointerLeave={() => {
          setPlaying(false);
        }}
      >
        {picture && <img src={picture} alt="" loading="lazy" />}
        {isPlaying && url !== null && (
          <video src={url} autoPlay muted loop playsInline aria-hidden="true" className={styles.film} />
        )}
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
        <h3 className={styles.title} dir="auto" title={title}>
          {isRenaming ? (
            <TitleField
              title={title}
              label={say.videos.rename(title)}
              onChange={rename.mutate}
              onClose={(isByKey) => {
                setRenaming(false);
                if (isByKey) requestAnimationFrame(() => pen.current?.focus());
              }}
            />
          ) : status === "completed" ? (
            <Link href={`/jobs/${video.video_id}`}>{title}</Link>
          ) : (
            title
          )}
        </h3>
        {prompt !== title && (
          <p className={styles.prompt} dir="auto">
            {prompt}
          </p>
        )}
        {status === "processing" && (
          <div className={styles.progress}>
            <ProgressBar label={say.videos.progressOf(title)} percent={progress} />
            <span>{progress} %</span>
          </div>
        )}
        {doubt && <p>{say.batch.doubt(doubt.awaited, formatMoment(doubt.until))}</p>}
        {error && <p className={styles.error}>{error}</p>}
        <p className={styles.facts}>
          <Status video={video} isCancelling={isCancelling} />
          <span>{formatSeconds(video.seconds)}</span>
          <span>{priceOf(video)}</span>
          <time dateTime={video.created_at}>{formatAgo(video.created_at)}</time>
        </p>
        <VideoActions
          video={video}
          onRename={() => {
            setRenaming(true);
          }}
          onDelete={onDelete}
          pen={pen}
        />
      </div>
    </li>
  );
}

/** Gives a video another title, and shows it in every list. */
function useRename(video: TrackedVideoView) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (title: string) => api.timeline.changeTitle(video.video_id, title),
    onSuccess: ({ title }) => {
      showVideos(queries, [{ ...video, title }]);
    },
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.job(video.video_id), exact: true }),
  });
}

function mayMove(): boolean {
  return !matchMedia("(prefers-reduced-motion: reduce)").matches;
}

interface StatusProps {
  readonly video: TrackedVideoView;
  readonly isCancelling: boolean;
}

function Status({ video: { status, paused }, isCancelling }: StatusProps) {
  if (isCancelling) return <Badge tone="wait">{say.queue.states.cancelling}</Badge>;
  if (status === "processing" && paused) return <Badge tone="wait">{say.batch.paused}</Badge>;
  return <Badge tone={TONES[status]}>{say.videos.status[status]}</Badge>;
}

/** What was charged; before the end what will be. */
function priceOf({ status, actual_cost, estimated_cost }: TrackedVideoView): string {
  if (actual_cost !== null) return formatPrice(actual_cost);
  if (status === "processing") return say.create.price(formatPrice(estimated_cost));
  return status === "completed" ? formatPrice(estimated_cost) : say.videos.notCharged;
}
