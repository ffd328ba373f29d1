import {
  type CSSProperties,
  type ReactNode,
  type Ref,
  type RefObject,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { formatTimecode } from "../../format";
import { ControlButton, FrameButton } from "../../components/player/Controls";
import { usePlayerKeys } from "../../components/player/usePlayerKeys";
import { pathOf, useSteadyUrl } from "../../components/player/useSteadyUrl";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import styles from "./CompareStage.module.css";
import { type Side, usePlayback } from "./usePlayback";
import { useStagePointer } from "./useStagePointer";
import type { CompareView } from "./view";
import { WHOLE, zoomAt } from "./zoom";

const ZOOM_STEP = 1.5;

/** One of two versions, as it is shown. */
export interface ComparedTake {
  readonly number: number;
  readonly url: string | null;
  /** Asks for another URL: this one could not be read. */
  readonly refresh: () => void;
  /** What stands below it, beside its number. */
  readonly caption: ReactNode;
  /** What can be done with it. */
  readonly action?: ReactNode;
}

interface CompareStageProps {
  readonly left: ComparedTake;
  readonly right: ComparedTake;
  /** Frames a second: how far a step by a frame goes. */
  readonly fps: number;
  /** How wide both are for their height. */
  readonly ratio: number;
  readonly view: CompareView;
  readonly onView: (change: Partial<CompareView>) => void;
  /** Called with where both stand, with each frame. */
  readonly onTime?: (seconds: number) => void;
  readonly ref?: Ref<Seekable>;
}

/** What can be put to a time, in seconds, where it stands still. */
export interface Seekable {
  readonly seek: (seconds: number) => void;
}

/** Both versions, playing in step: beside each other, or one over the other with an edge to move. */
export function CompareStage({ left, right, fps, ratio, view, onView, onTime, ref }: CompareStageProps) {
  const stage = useRef<HTMLElement>(null);
  const leftVideo = useRef<HTMLVideoElement>(null);
  const rightVideo = useRef<HTMLVideoElement>(null);
  const [startAt] = useState(view.at);
  const { mode, heard, looping } = view;
  const hear = (side: Side | null) => {
    onView({ heard: side });
  };
  const playback = usePlayback(leftVideo, rightVideo, {
    fps,
    startAt,
    looping,
    heard,
    onHear: hear,
    fullScreen: () => {
      const whole = document.fullscreenElement
        ? document.exitFullscreen()
        : stage.current?.requestFullscreen();
      void whole?.catch(() => undefined);
    },
    ...(onTime ? { onTime } : {}),
  });
  const { actions, playing, time, duration } = playback;
  const place = (seconds: number) => {
    playback.seek(seconds);
    onView({ at: seconds });
  };
  useImperativeHandle(ref, () => ({
    seek: (seconds) => {
      actions.stop();
      place(seconds);
    },
  }));
  usePlayerKeys(actions);
  const { area, shown, handlers } = useStagePointer(view, onView);
  const { edge, zoom } = shown;
  const percent = `${Math.round(zoom.zoom * 100)} %`;
  const style = {
    "--edge": `${edge}%`,
    "--ratio": ratio,
    "--zoom": zoom.zoom,
    "--pan-x": `${100 * zoom.x}%`,
    "--pan-y": `${100 * zoom.y}%`,
  } as CSSProperties;
  return (
    <section ref={stage} className={styles.stage} style={style}>
      <div
        ref={area}
        className={mode === "side" ? styles.side : styles.wipe}
        data-zoomed={zoom.zoom > 1 || undefined}
        {...handlers}
      >
        <Take take={left} side={say.compare.left} player={leftVideo} />
        <Take take={right} side={say.compare.right} player={rightVideo} />
        {mode === "wipe" && <span className={styles.edge} />}
      </div>
      <div className={styles.controls}>
        <ControlButton
          label={playing ? say.compare.pause : say.compare.play}
          keys="Space"
          icon={playing ? "pause" : "play"}
          onClick={() => {
            actions.toggle();
            if (playing) onView({ at: time });
          }}
        />
        <input
          type="range"
          min={0}
          max={duration || 1}
          step={0.01}
          value={Math.min(time, duration)}
          aria-label={say.compare.scrub}
          aria-valuetext={formatTimecode(time, fps)}
          onChange={(event) => {
            place(Number(event.target.value));
          }}
        />
        <output className={styles.time}>
          {formatTimecode(time, fps)} / {formatTimecode(duration, fps)}
        </output>
      </div>
      <div className={styles.choices}>
        <FrameButton to="back" onStep={actions.step} />
        <FrameButton to="forward" onStep={actions.step} />
        <ControlButton
          label={say.compare.loop}
          keys={say.compare.loopWhy}
          icon="loop"
          pressed={looping}
          onClick={() => {
            onView({ looping: !looping });
          }}
        />
        <div className={styles.modes} role="group" aria-label={say.compare.view}>
          {(["side", "wipe"] as const).map((value) => (
            <Choice
              key={value}
              label={say.compare[value]}
              isChosen={mode === value}
              onChoose={() => {
                onView({ mode: value });
              }}
            />
          ))}
        </div>
        <div className={styles.modes} role="group" aria-label={say.compare.sound}>
          {([null, "left", "right"] as const).map((side) => (
            <Choice
              key={side}
              label={side === null ? say.compare.silent : say.compare.soundOf[side]}
              isChosen={heard === side}
              onChoose={() => {
                hear(side);
              }}
            />
          ))}
        </div>
        <div className={styles.modes} role="group" aria-label={say.compare.zoom}>
          {(
            [
              ["−", say.compare.zoomOut, () => zoomAt(view.zoom, 1 / ZOOM_STEP)],
              [percent, say.compare.zoomWhole(percent), () => WHOLE],
              ["+", say.compare.zoomIn, () => zoomAt(view.zoom, ZOOM_STEP)],
            ] as const
          ).map(([sign, label, next], place) => (
            <Button
              key={place}
              size="small"
              look="quiet"
              aria-label={label}
              title={label}
              onClick={() => {
                onView({ zoom: next() });
              }}
            >
              {sign}
            </Button>
          ))}
        </div>
        {mode === "wipe" && (
          <input
            className={styles.slider}
            type="range"
            min={0}
            max={100}
            step={0.5}
            value={edge}
            aria-label={say.compare.wipePosition}
            onChange={(event) => {
              onView({ edge: Number(event.target.value) });
            }}
          />
        )}
        <span className={styles.full}>
          <ControlButton label={say.player.full} keys="F" icon="full" onClick={actions.fullScreen} />
        </span>
      </div>
    </section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Choice({ label, isChosen, onChoose }: ChoiceProps) {
  return (
    <Button size="small" look={isChosen ? "plain" : "quiet"} aria-pressed={isChosen} onClick={onChoose}>
      {label}
    </Button>
  );
}

interface TakeProps {
  readonly take: ComparedTake;
  readonly side: string;
  readonly player: RefObject<HTMLVideoElement | null>;
}

function Take({ take, side, player }: TakeProps) {
  const name = say.versions.version(take.number);
  const { src, onError } = useSteadyUrl(pathOf(take.url ?? ""), take.url ?? "", take.refresh);
  return (
    <figure className={styles.take}>
      <div className={styles.window}>
        {/* No poster: it shows another moment than the first. */}
        <video
          ref={player}
          src={src || undefined}
          muted
          playsInline
          preload="metadata"
          aria-label={`${side}: ${name}`}
          onError={onError}
        />
      </div>
      <figcaption className={styles.caption}>
        <span dir="auto">
          <strong>{name}</strong> {take.caption}
        </span>
        {take.action}
      </figcaption>
    </figure>
  );
}
