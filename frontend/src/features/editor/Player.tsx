import { useRef, useState } from "react";
import type { JobView, VersionView } from "../../api/schema";
import { Controls, type Pin } from "../../components/player/Controls";
import { formatClip } from "../../format";
import { seekTo, soughtTime } from "../../components/player/seek";
import { usePlayer } from "../../components/player/usePlayer";
import { usePlayerKeys } from "../../components/player/usePlayerKeys";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { OneLine } from "../../components/OneLine";
import styles from "./Player.module.css";
import { startsOf } from "./timeline";
import { useSteadyUrl } from "../../components/player/useSteadyUrl";
import { useStream } from "../../components/player/useStream";
import { streamOf } from "./preview";

const USUAL_FPS = 30;

interface PlayerProps {
  readonly job: JobView;
  /** The version that is played in place of the composed video. */
  readonly version: VersionView | null;
  readonly video: HTMLVideoElement | null;
  readonly onVideo: (video: HTMLVideoElement | null) => void;
  /** Where the composed video starts: the clip that the address names. */
  readonly startAt: number;
  /** What viewers said, on the bar of the composed video. */
  readonly pins: readonly Pin[];
  readonly onFilm: () => void;
  readonly refresh: () => void;
}

/** The composed video, or a version of a clip, as large as the window allows. */
export function Player({ job, version, video, onVideo, startAt, pins, onFilm, refresh }: PlayerProps) {
  const figure = useRef<HTMLElement>(null);
  const fps = job.profile?.fps ?? USUAL_FPS;
  const player = usePlayer(video, fps, () => figure.current);
  usePlayerKeys(player?.actions ?? null);
  const film = job.video;
  const stream = version === null ? streamOf(job) : null;
  const [wantsPreview, setWantsPreview] = useState(false);
  const preview = wantsPreview ? stream : null;
  const streamed = useStream(preview, video, refresh);
  const source =
    version?.video_url != null
      ? {
          id: version.version_id,
          url: version.video_url,
          poster: version.thumbnail_url ?? undefined,
          label: say.versions.version(version.version_number),
          start: 0,
        }
      : preview && streamed !== undefined
        ? { id: streamed, url: streamed, poster: film?.poster_url, label: say.player.preview, start: startAt }
        : film && {
            id: film.fingerprint,
            url: film.url,
            poster: film.poster_url,
            label: say.job.video,
            start: startAt,
          };
  const shape = job.profile ? { aspectRatio: `${job.profile.width} / ${job.profile.height}` } : undefined;
  return (
    <figure ref={figure} className={styles.player}>
      <div className={styles.frame} style={shape}>
        {source ? (
          <Video source={source} isTake={version !== null} onVideo={onVideo} refresh={refresh} />
        ) : (
          <p className={styles.none}>{preview ? say.player.opening : say.job.noVideo}</p>
        )}
        <div className={styles.notes}>
          {version && (
            <p className={styles.note}>
              <OneLine>
                {say.player.version(
                  version.version_number,
                  formatClip(version.clip_index, version.clip_title),
                )}
              </OneLine>
              <Button size="small" look="quiet" className={styles.back} onClick={onFilm}>
                {say.player.film}
              </Button>
            </p>
          )}
          {stream && (
            <p className={styles.note}>
              <span>{preview ? say.player.preview : say.player.newer}</span>
              {(film !== null || preview === null) && (
                <Button
                  size="small"
                  look="quiet"
                  className={styles.back}
                  onClick={() => {
                    setWantsPreview(!preview);
                  }}
                >
                  {preview ? say.player.film : say.player.playClips}
                </Button>
              )}
            </p>
          )}
          <p role="status" className={isComposing(job) ? styles.note : "visually-hidden"}>
            {isComposing(job) && say.job.composing}
          </p>
        </div>
      </div>
      {video && player && (
        <Controls
          video={video}
          player={player}
          fps={fps}
          marks={version ? [] : startsOf(job.clips)}
          pins={version ? [] : pins}
        />
      )}
    </figure>
  );
}

/** Whether a new film is on its way now: a running batch composes once, when its clips are done. */
function isComposing({ status, video, active_batch_id }: JobView): boolean {
  return status === "ready" && video !== null && !video.up_to_date && active_batch_id === null;
}

interface Source {
  readonly id: string;
  readonly url: string;
  readonly poster: string | undefined;
  readonly label: string;
  readonly start: number;
}

interface Place {
  readonly time: number;
  readonly playing: boolean;
}

function resume(player: HTMLVideoElement, { time, playing }: Place): void {
  seekTo(player, time);
  // A browser that wants a click first says no: then it stays paused, at the right place.
  if (playing) player.play().catch(() => undefined);
}

const FILM = "film";

interface VideoProps {
  readonly source: Source;
  readonly isTake: boolean;
  readonly onVideo: (video: HTMLVideoElement | null) => void;
  readonly refresh: () => void;
}

/** A newer film takes the place of the old one where that was playing; a take plays at once. */
function Video({ source, isTake, onVideo, refresh }: VideoProps) {
  const { src, onError } = useSteadyUrl(source.id, source.url, refresh);
  const places = useRef(new Map<string, Place>());
  const name = isTake ? source.id : FILM;
  const remember = ({ currentTarget: video }: { currentTarget: HTMLVideoElement }) => {
    if (video.readyState === 0 || video.dataset.source !== name) return;
    places.current.set(name, { time: soughtTime(video), playing: !video.paused && !video.ended });
  };
  const takeUp = ({ currentTarget: video }: { currentTarget: HTMLVideoElement }) => {
    resume(video, places.current.get(name) ?? { time: source.start, playing: isTake });
    video.dataset.source = name;
  };
  return (
    <video
      ref={onVideo}
      className={styles.video}
      src={src}
      poster={source.poster}
      playsInline
      preload="metadata"
      aria-label={source.label}
      onTimeUpdate={remember}
      onSeeked={remember}
      onPause={remember}
      onPlay={remember}
      onLoadedMetadata={takeUp}
      onError={onError}
      onClick={({ currentTarget: video }) => {
        if (video.paused) void video.play().catch(() => undefined);
        else video.pause();
      }}
    />
  );
}
