import { useEffect, useMemo, useState } from "react";
import type { PlayerActions } from "./usePlayerKeys";
import { seekTo, soughtTime, toggleSound } from "./seek";
import { nextSpeed, Shuttle } from "./shuttle";
import { unstick } from "./unstick";

/** What a player's controls show and do. */
export interface PlayerState {
  readonly playing: boolean;
  readonly muted: boolean;
  /** Seconds; 0 while it is not known. */
  readonly duration: number;
  readonly actions: PlayerActions;
}

const STATE_EVENTS = ["play", "pause", "ended", "volumechange", "loadedmetadata", "durationchange"] as const;

/**
 * Drive a video.
 *
 * @param fps Frames a second: how far a step by a frame goes.
 * @param frame What fills the screen.
 */
export function usePlayer(
  video: HTMLVideoElement | null,
  fps: number,
  frame: () => HTMLElement | null,
): PlayerState | null {
  const [, render] = useState(0);
  useEffect(() => {
    if (video === null) return undefined;
    const changed = () => {
      render((count) => count + 1);
    };
    for (const name of STATE_EVENTS) video.addEventListener(name, changed);
    return () => {
      for (const name of STATE_EVENTS) video.removeEventListener(name, changed);
    };
  }, [video]);
  const shuttle = useMemo(() => (video === null ? null : new Shuttle(video)), [video]);
  useEffect(() => () => shuttle?.stop(), [shuttle]);
  useEffect(() => (video === null ? undefined : unstick(video)), [video]);
  if (video === null || shuttle === null) return null;
  const duration = Number.isFinite(video.duration) ? video.duration : 0;
  const seek = (seconds: number) => {
    seekTo(video, seconds);
  };
  return {
    playing: shuttle.speed !== 0,
    muted: video.muted,
    duration,
    actions: {
      toggle: () => {
        shuttle.set(shuttle.speed === 0 ? 1 : 0);
      },
      step: (frames) => {
        shuttle.stop();
        // To the middle of a frame: at its edge either neighbour may be shown.
        seek((Math.floor(soughtTime(video) * fps + 1e-3) + frames + 0.5) / fps);
      },
      skip: (seconds) => {
        seek(soughtTime(video) + seconds);
      },
      shuttle: (direction) => {
        shuttle.set(nextSpeed(shuttle.speed, direction));
      },
      stop: () => {
        shuttle.stop();
      },
      mute: () => {
        toggleSound(video);
      },
      fullScreen: () => {
        const whole = document.fullscreenElement ? document.exitFullscreen() : frame()?.requestFullscreen();
        void whole?.catch(() => undefined); // refused by the browser: it stays as it is
      },
    },
  };
}
