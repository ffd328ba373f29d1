import { useEffect, useRef } from "react";
import { formatTimecode } from "../../format";
import { say } from "../../strings";
import { Button } from "../Button";
import styles from "./Controls.module.css";
import { followTime } from "./followTime";
import { Icon } from "./Icon";
import { seekTo } from "./seek";
import type { PlayerState } from "./usePlayer";

interface ControlsProps {
  readonly video: HTMLVideoElement;
  readonly player: PlayerState;
  readonly fps: number;
  /** Seconds at which clips begin; none for a single take. */
  readonly marks?: readonly number[];
  /** What was said about moments of it. */
  readonly pins?: readonly Pin[];
}

export interface Pin {
  readonly id: string;
  /** Seconds. */
  readonly time: number;
  readonly label: string;
}

/** A bar to seek with, on which the clips are marked, and the buttons of a player. */
export function Controls({ video, player, fps, marks = [], pins = [] }: ControlsProps) {
  const bar = useRef<HTMLInputElement>(null);
  const time = useRef<HTMLSpanElement>(null);
  const { duration, playing, muted, actions } = player;
  // Drawn by hand: it moves with every frame, and nothing else has to be rendered for it.
  useEffect(
    () =>
      followTime(video, (seconds) => {
        if (bar.current) {
          bar.current.value = String(seconds);
          bar.current.ariaValueText = formatTimecode(seconds, fps);
          bar.current.style.setProperty("--played", String(duration > 0 ? seconds / duration : 0));
        }
        if (time.current) time.current.textContent = formatTimecode(seconds, fps);
      }),
    [video, duration, fps],
  );
  return (
    <div className={styles.controls} role="group" aria-label={say.player.controls}>
      <div className={styles.seek}>
        <input
          ref={bar}
          type="range"
          min={0}
          max={duration || 1}
          step={1 / fps}
          defaultValue={0}
          aria-label={say.player.position}
          onInput={(event) => {
            seekTo(video, Number(event.currentTarget.value));
          }}
        />
        {duration > 0 &&
          marks
            .slice(1)
            .map((mark) => (
              <span
                key={mark}
                className={styles.mark}
                style={{ insetInlineStart: `${(100 * mark) / duration}%` }}
              />
            ))}
        {duration > 0 &&
          pins.map((pin) => (
            <button
              key={pin.id}
              type="button"
              className={styles.pin}
              style={{ insetInlineStart: `${(100 * pin.time) / duration}%` }}
              aria-label={pin.label}
              title={pin.label}
              onClick={() => {
                video.pause();
                seekTo(video, pin.time);
              }}
            />
          ))}
      </div>
      <div className={styles.buttons}>
        <FrameButton to="back" onStep={actions.step} />
        <ControlButton
          label={playing ? say.player.pause : say.player.play}
          keys="Space"
          icon={playing ? "pause" : "play"}
          onClick={actions.toggle}
        />
        <FrameButton to="forward" onStep={actions.step} />
        <span className={styles.time}>
          <span ref={time}>{formatTimecode(0, fps)}</span> / {formatTimecode(duration, fps)}
        </span>
        <span className={styles.gap} />
        <ControlButton
          label={muted ? say.player.unmute : say.player.mute}
          keys="M"
          icon={muted ? "silent" : "sound"}
          onClick={actions.mute}
        />
        <ControlButton label={say.player.full} keys="F" icon="full" onClick={actions.fullScreen} />
      </div>
    </div>
  );
}

interface ControlButtonProps {
  readonly label: string;
  readonly keys: string;
  readonly icon: Parameters<typeof Icon>[0]["name"];
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

/** A button with an icon; its name and its keys are shown when the pointer is on it. */
export function ControlButton({ label, keys, icon, pressed, onClick }: ControlButtonProps) {
  return (
    <Button
      size="small"
      look="quiet"
      className={styles.button}
      aria-label={label}
      aria-pressed={pressed}
      title={`${label} (${keys})`}
      onClick={onClick}
    >
      <Icon name={icon} />
    </Button>
  );
}

interface FrameButtonProps {
  readonly to: "back" | "forward";
  readonly onStep: (frames: number) => void;
}

/** A button that goes one frame back or forward. */
export function FrameButton({ to, onStep }: FrameButtonProps) {
  return (
    <ControlButton
      label={say.player[to]}
      keys={to === "back" ? ", ←" : ". →"}
      icon={to}
      onClick={() => {
        onStep(to === "back" ? -1 : 1);
      }}
    />
  );
}
