import { type CSSProperties, useEffect, useRef } from "react";
import type { ClipView } from "../../api/schema";
import { seekTo, soughtTime } from "../../components/player/seek";
import styles from "./Timeline.module.css";
import { shownSeconds } from "./timeline";

interface ScrubPreviewProps {
  readonly clip: ClipView;
  readonly fps: number;
  /** Where the pointer is on the clip, from 0 to 1. */
  readonly share: number;
}

/** The frame of a clip that is under the pointer, in its place of the timeline. */
export function ScrubPreview({ clip, fps, share }: ScrubPreviewProps) {
  const video = useRef<HTMLVideoElement>(null);
  const seconds = (clip.trim?.in_frame ?? 0) / fps + share * shownSeconds(clip);
  const seek = () => {
    const player = video.current;
    if (player && Math.abs(soughtTime(player) - seconds) > 0.5 / fps) seekTo(player, seconds);
  };
  useEffect(seek);
  const url = clip.current_version?.video_url;
  if (!url) return null;
  return (
    <>
      <video
        ref={video}
        className={styles.scrubbed}
        style={{ "--at": `${share * 100}%` } as CSSProperties}
        src={url}
        muted
        playsInline
        preload="auto"
        aria-hidden="true"
        onLoadedMetadata={seek}
      />
      <span className={styles.needle} style={{ insetInlineStart: `${share * 100}%` }} />
    </>
  );
}
