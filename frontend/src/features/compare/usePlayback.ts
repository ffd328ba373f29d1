import { type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";
import { followTime } from "../../components/player/followTime";
import { seekTo, soughtTime } from "../../components/player/seek";
import { nextSpeed, Shuttle } from "../../components/player/shuttle";
import type { PlayerActions } from "../../components/player/usePlayerKeys";

type Player = RefObject<HTMLVideoElement | null>;

export type Side = "left" | "right";

/** How far two takes may drift apart before one is moved, in seconds: about two frames. */
const DRIFT_S = 0.07;

export interface Playback {
  readonly playing: boolean;
  /** Seconds from the start; the same in both takes. */
  readonly time: number;
  readonly duration: number;
  readonly seek: (seconds: number) => void;
  readonly actions: PlayerActions;
}

interface PlaybackOptions {
  readonly fps: number;
  /** Seconds at which both begin. */
  readonly startAt: number;
  readonly looping: boolean;
  /** The side that is heard; null for neither. */
  readonly heard: Side | null;
  readonly onHear: (side: Side | null) => void;
  /** Called with where both stand, with each frame. */
  readonly onTime?: (seconds: number) => void;
  readonly fullScreen: () => void;
}

/** Plays two takes in step: the left one leads, the right one follows. */
export function usePlayback(
  left: Player,
  right: Player,
  { fps, startAt, looping, heard, onHear, onTime, fullScreen }: PlaybackOptions,
): Playback {
  const report = useEffectEvent((time: number) => onTime?.(time));
  const [state, setState] = useState({ playing: false, time: 0, duration: 0 });
  const shuttle = useRef<Shuttle | null>(null);

  useEffect(() => {
    const [leader, follower] = [left.current, right.current];
    if (leader === null || follower === null) return undefined;
    const driver = new Shuttle(leader);
    shuttle.current = driver;
    // Where both stand and whether they play: a video that is read anew, since its URL had ended, goes on there.
    let place = startAt;
    let plays = false;
    const follow = (time: number) => {
      if (leader.readyState === 0) return;
      place = time;
      const playing = driver.speed !== 0;
      setState({ playing, time, duration: Number.isFinite(leader.duration) ? leader.duration : 0 });
      report(time);
      follower.playbackRate = leader.playbackRate;
      if (!leader.paused && !leader.ended && follower.paused) void follower.play().catch(() => undefined);
      if (leader.paused && !follower.paused) follower.pause();
      const drift = leader.paused ? 1e-3 : DRIFT_S;
      if (Math.abs(follower.currentTime - time) > drift && !follower.seeking) seekTo(follower, time);
    };
    const note = () => {
      if (leader.readyState > 0) plays = !leader.paused;
    };
    const takeUp = ({ currentTarget }: Event) => {
      const player = currentTarget === leader ? leader : follower;
      if (place > 0) seekTo(player, place);
      if (plays) void player.play().catch(() => undefined);
    };
    for (const player of [leader, follower]) player.addEventListener("loadedmetadata", takeUp);
    for (const name of ["play", "pause"]) leader.addEventListener(name, note);
    const stop = followTime(leader, follow);
    return () => {
      for (const player of [leader, follower]) player.removeEventListener("loadedmetadata", takeUp);
      for (const name of ["play", "pause"]) leader.removeEventListener(name, note);
      stop();
      driver.stop();
    };
  }, [left, right, startAt]);

  useEffect(() => {
    const [leader, follower] = [left.current, right.current];
    if (leader) leader.loop = looping;
    if (leader) leader.muted = heard !== "left";
    if (follower) follower.muted = heard !== "right";
  }, [left, right, looping, heard]);

  const seek = (seconds: number) => {
    for (const player of [left.current, right.current]) if (player) seekTo(player, seconds);
  };
  const time = () => (left.current ? soughtTime(left.current) : 0);
  return {
    ...state,
    seek,
    actions: {
      toggle: () => {
        shuttle.current?.set(shuttle.current.speed === 0 ? 1 : 0);
      },
      step: (frames) => {
        shuttle.current?.stop();
        seek((Math.floor(time() * fps + 1e-3) + frames + 0.5) / fps);
      },
      skip: (seconds) => {
        seek(time() + seconds);
      },
      shuttle: (direction) => {
        shuttle.current?.set(nextSpeed(shuttle.current.speed, direction));
      },
      stop: () => {
        shuttle.current?.stop();
      },
      mute: () => {
        onHear(heard === null ? "left" : null);
      },
      fullScreen,
    },
  };
}
