import { type CSSProperties, type PointerEvent, type RefObject, useRef, useState } from "react";
import type { ComparisonView, VersionView } from "../../api/schema";
import { formatTimecode } from "../../format";
import { ControlButton } from "../../components/player/Controls";
import { usePlayerKeys } from "../../components/player/usePlayerKeys";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import styles from "./CompareStage.module.css";
import { type Side, usePlayback } from "./usePlayback";

export type CompareMode = "side" | "wipe";

const FPS = 30;

interface CompareStageProps {
  readonly comparison: ComparisonView;
  readonly mode: CompareMode;
  readonly onMode: (mode: CompareMode) => void;
  /** Seconds at which both takes begin. */
  readonly startAt: number;
  /** Called with the seconds at which the takes stand, when they were put there. */
  readonly onPlace: (seconds: number) => void;
  readonly onRestore: (version: VersionView) => void;
  readonly restoring: string | null;
}

/** Both takes, playing in step: beside each other, or one over the other with an edge to move. */
export function CompareStage(props: CompareStageProps) {
  const { comparison, mode, onMode, startAt, onPlace, onRestore, restoring } = props;
  const stage = useRef<HTMLElement>(null);
  const left = useRef<HTMLVideoElement>(null);
  const right = useRef<HTMLVideoElement>(null);
  const [firstTime] = useState(startAt);
  const playback = usePlayback(left, right, {
    fps: FPS,
    startAt: firstTime,
    fullScreen: () => {
      const whole = document.fullscreenElement
        ? document.exitFullscreen()
        : stage.current?.requestFullscreen();
      void whole?.catch(() => undefined);
    },
  });
  const { actions, playing, time, duration } = playback;
  usePlayerKeys(actions);
  const [edge, setEdge] = useState(50);
  const [ratio, setRatio] = useState(16 / 9);
  const style = { "--edge": `${edge}%`, "--ratio": ratio } as CSSProperties;
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const isButton = event.target instanceof Element && event.target.closest("button") !== null;
    if (mode !== "wipe" || event.buttons !== 1 || isButton) return;
    const box = event.currentTarget.getBoundingClientRect();
    event.currentTarget.setPointerCapture(event.pointerId);
    setEdge(Math.min(100, Math.max(0, (100 * (event.clientX - box.left)) / box.width)));
  };
  const take = (version: VersionView, side: Side, player: RefObject<HTMLVideoElement | null>) => (
    <Take
      version={version}
      side={say.compare[side]}
      player={player}
      onRatio={side === "left" ? setRatio : undefined}
      restoring={restoring === version.version_id}
      onRestore={
        version.is_current
          ? undefined
          : () => {
              onRestore(version);
            }
      }
    />
  );
  return (
    <section ref={stage} className={styles.stage} style={style}>
      <div className={mode === "side" ? styles.side : styles.wipe} onPointerDown={drag} onPointerMove={drag}>
        {take(comparison.left, "left", left)}
        {take(comparison.right, "right", right)}
        {mode === "wipe" && <span className={styles.edge} />}
      </div>
      <div className={styles.controls}>
        <ControlButton
          label={playing ? say.compare.pause : say.compare.play}
          keys="Space"
          icon={playing ? "pause" : "play"}
          onClick={() => {
            actions.toggle();
            if (playing) onPlace(time);
          }}
        />
        <input
          type="range"
          min={0}
          max={duration || 1}
          step={0.01}
          value={Math.min(time, duration)}
          aria-label={say.compare.scrub}
          aria-valuetext={formatTimecode(time, FPS)}
          onChange={(event) => {
            playback.seek(Number(event.target.value));
            onPlace(Number(event.target.value));
          }}
        />
        <output className={styles.time}>
          {formatTimecode(time, FPS)} / {formatTimecode(duration, FPS)}
        </output>
      </div>
      <div className={styles.choices}>
        <ControlButton
          label={say.player.back}
          keys=", ←"
          icon="back"
          onClick={() => {
            actions.step(-1);
          }}
        />
        <ControlButton
          label={say.player.forward}
          keys=". →"
          icon="forward"
          onClick={() => {
            actions.step(1);
          }}
        />
        <ControlButton
          label={say.compare.loop}
          keys={say.compare.loopWhy}
          icon="loop"
          pressed={playback.looping}
          onClick={playback.loop}
        />
        <div className={styles.modes} role="group" aria-label={say.compare.view}>
          {(["side", "wipe"] as const).map((value) => (
            <Choice
              key={value}
              label={say.compare[value]}
              isChosen={mode === value}
              onChoose={() => {
                onMode(value);
              }}
            />
          ))}
        </div>
        <div className={styles.modes} role="group" aria-label={say.compare.sound}>
          {([null, "left", "right"] as const).map((side) => (
            <Choice
              key={side}
              label={side === null ? say.compare.silent : say.compare.soundOf[side]}
              isChosen={playback.heard === side}
              onChoose={() => {
                playback.hear(side);
              }}
            />
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
              setEdge(Number(event.target.value));
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
  readonly version: VersionView;
  readonly side: string;
  readonly player: RefObject<HTMLVideoElement | null>;
  /** Called with how wide the take is for its height. */
  readonly onRatio: ((ratio: number) => void) | undefined;
  readonly restoring: boolean;
  /** None for the take that is current. */
  readonly onRestore: (() => void) | undefined;
}

function Take({ version, side, player, onRatio, restoring, onRestore }: TakeProps) {
  const name = say.versions.version(version.version_number);
  return (
    <figure className={styles.take}>
      {/* No poster: it shows another moment than the first. */}
      <video
        ref={player}
        src={version.video_url ?? undefined}
        muted
        playsInline
        preload="auto"
        aria-label={`${side}: ${name}`}
        onLoadedMetadata={({ currentTarget: { videoWidth, videoHeight } }) => {
          onRatio?.(videoWidth / videoHeight);
        }}
      />
      <figcaption className={styles.caption}>
        <span dir="auto">
          <strong>{name}</strong> {version.is_current && say.versions.current}{" "}
          {version.user_instruction === null ? say.versions.originalText : `“${version.user_instruction}”`}
        </span>
        {onRestore && (
          <Button
            size="small"
            busy={restoring}
            aria-label={`${say.versions.restore} ${name}`}
            onClick={onRestore}
          >
            {say.versions.restore}
          </Button>
        )}
      </figcaption>
    </figure>
  );
}
