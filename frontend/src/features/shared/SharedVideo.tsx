import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import type { SharedClipView, SharedVideoView } from "../../api/schema";
import { Controls, type Pin } from "../../components/player/Controls";
import { followTime } from "../../components/player/followTime";
import { seekTo } from "../../components/player/seek";
import { usePlayer } from "../../components/player/usePlayer";
import { usePlayerKeys } from "../../components/player/usePlayerKeys";
import { pathOf, useSteadyUrl } from "../../components/player/useSteadyUrl";
import { say } from "../../strings";
import type { Seekable } from "../compare/CompareStage";
import styles from "./SharedPage.module.css";

interface SharedVideoProps {
  readonly video: SharedVideoView;
  readonly clips: readonly SharedClipView[];
  readonly fps: number;
  readonly pins: readonly Pin[];
  readonly onTime: (seconds: number) => void;
  readonly ref?: Ref<Seekable>;
  readonly refresh: () => void;
}

/** The video of a link, with the controls of the studio's player. */
export function SharedVideo({ video, clips, fps, pins, onTime, ref, refresh }: SharedVideoProps) {
  const figure = useRef<HTMLElement>(null);
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const player = usePlayer(element, fps, () => figure.current);
  usePlayerKeys(player?.actions ?? null);
  // The URL changes by the quarter of an hour; what it leads to is in its path.
  const { src, onError } = useSteadyUrl(pathOf(video.url), video.url, refresh);
  useEffect(() => (element ? followTime(element, onTime) : undefined), [element, onTime]);
  useImperativeHandle(ref, () => ({
    seek: (seconds) => {
      element?.pause();
      if (element) seekTo(element, seconds);
    },
  }));
  return (
    <figure ref={figure} className={styles.player}>
      <div className={styles.frame}>
        <video
          ref={setElement}
          src={src}
          poster={video.poster_url}
          playsInline
          preload="metadata"
          aria-label={say.shared.video}
          onError={onError}
          onClick={({ currentTarget }) => {
            if (currentTarget.paused) void currentTarget.play().catch(() => undefined);
            else currentTarget.pause();
          }}
        />
      </div>
      {element && player && (
        <Controls
          video={element}
          player={player}
          fps={fps}
          marks={clips.map(({ start_s }) => start_s)}
          pins={pins}
        />
      )}
    </figure>
  );
}
