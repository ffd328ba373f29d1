import { type CSSProperties, type PointerEvent, useRef, useState } from "react";
import type { ClipView } from "../../api/schema";
import { formatClip, formatSeconds } from "../../format";
import { say } from "../../strings";
import { Badge } from "../../components/Badge";
import { OneLine } from "../../components/OneLine";
import type { ClipWork } from "./progress";
import { ScrubPreview } from "./ScrubPreview";
import styles from "./Timeline.module.css";
import { type Scale, shownSeconds } from "./timeline";
import { useSeenPicture } from "./useSeenPicture";

interface TimelineClipProps {
  readonly clip: ClipView;
  readonly fps: number;
  readonly scale: Scale;
  readonly isOpen: boolean;
  readonly isChosen: boolean;
  readonly isDragged: boolean;
  /** At which side what is dragged would be put. */
  readonly mark: "before" | "after" | undefined;
  readonly work: ClipWork | undefined;
  readonly onOpen: () => void;
  readonly onSelect: (isRange: boolean) => void;
  /** Moves it by places; undefined while it cannot be moved, as are the handlers below. */
  readonly onMove: ((by: number) => void) | undefined;
  readonly onDrag: (() => void) | undefined;
  readonly onDragOver: (() => void) | undefined;
  readonly onDragEnd: () => void;
}

/** One clip of the timeline. */
export function TimelineClip(props: TimelineClipProps) {
  const { clip, fps, scale, isOpen, isChosen, isDragged, mark, work } = props;
  const { onOpen, onSelect, onMove, onDrag, onDragOver, onDragEnd } = props;
  const [share, setShare] = useState<number | null>(null);
  const item = useRef<HTMLLIElement>(null);
  const picture = useSeenPicture(item, clip.current_version?.thumbnail_url ?? null);
  const seconds = shownSeconds(clip);
  const name = formatClip(clip.clip_index, clip.title);
  const length = formatSeconds(seconds);
  const state = work ?? stateOf(clip);
  const follow = (event: PointerEvent<HTMLElement>) => {
    if (event.pointerType !== "mouse" || event.buttons !== 0) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setShare(Math.min(1, Math.max(0, (event.clientX - left) / width)));
  };
  return (
    <li
      ref={item}
      className={styles.clip}
      style={typeof scale === "number" ? { width: `${seconds * scale}px` } : { flexGrow: seconds }}
      data-chosen={isChosen || undefined}
      data-dragged={isDragged || undefined}
      data-mark={mark}
      onDragOver={(event) => {
        if (onDragOver === undefined) return;
        event.preventDefault();
        onDragOver();
      }}
    >
      <button
        type="button"
        id={clipButtonId(clip.clip_index)}
        className={styles.button}
        aria-current={isOpen ? "true" : undefined}
        aria-keyshortcuts={onMove && "Alt+ArrowLeft Alt+ArrowRight"}
        draggable={onDrag !== undefined}
        onDragStart={(event) => {
          setShare(null);
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", name); // Firefox drags nothing without
          onDrag?.();
        }}
        onDragEnd={onDragEnd}
        onKeyDown={(event) => {
          const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
          if (!event.altKey || by === 0 || onMove === undefined) return;
          event.preventDefault();
          onMove(by);
        }}
        onClick={(event) => {
          const isSelecting = event.shiftKey || event.ctrlKey || event.metaKey;
          if (isSelecting) onSelect(event.shiftKey);
          else onOpen();
        }}
      >
        <span
          className={styles.picture}
          aria-busy={state?.isBusy}
          onPointerMove={follow}
          onPointerLeave={() => {
            setShare(null);
          }}
        >
          <span className={styles.film} style={filmOf(picture)} />
          {share !== null && <ScrubPreview clip={clip} fps={fps} share={share} />}
          {clip.trim && <span className={styles.trimmed} aria-hidden="true" />}
          {state && (
            <span className={styles.state} data-failed={state.isFailed || undefined}>
              {state.text}
            </span>
          )}
          <span className={styles.played} />
        </span>
        <OneLine className={styles.name}>{name}</OneLine>
        <span className={styles.info}>
          {say.job.clipInfo(
            clip.trim ? say.trim.of(length, formatSeconds(clip.duration_ms / 1000)) : length,
            clip.version_count,
          )}
          {clip.stale && <Badge tone="wait">{say.stale.badge}</Badge>}
        </span>
      </button>
      <label className={styles.tick}>
        <input
          type="checkbox"
          checked={isChosen}
          aria-label={say.selector.clip(name, length)}
          onClick={(event) => {
            onSelect(event.shiftKey);
          }}
          // Controlled: the click has done it, with the keys that were held.
          onChange={() => undefined}
        />
      </label>
    </li>
  );
}

/** The element id of a clip's button, to give it the focus. */
export function clipButtonId(index: number): string {
  return `clip-${index}`;
}

/** What a clip says that has no take, and that no batch works on. */
function stateOf({ status }: ClipView): ClipWork | undefined {
  if (status === "ready") return undefined;
  return { isBusy: status === "preparing", isFailed: status === "failed", text: say.job.clipStatus[status] };
}

/** A picture over and over, as on a strip of film. */
function filmOf(picture: string | null): CSSProperties {
  return picture ? { backgroundImage: `url(${JSON.stringify(picture)})` } : {};
}
