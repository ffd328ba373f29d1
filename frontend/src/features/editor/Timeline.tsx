import { type CSSProperties, type Dispatch, type RefObject, useEffect, useRef, useState } from "react";
import type { ClipView } from "../../api/schema";
import { followTime } from "../../components/player/followTime";
import { say } from "../../strings";
import type { ClipWork } from "./progress";
import type { Selection, SelectionAction } from "./selection";
import styles from "./Timeline.module.css";
import { clipAt, type Scale } from "./timeline";
import { TimelineClip } from "./TimelineClip";

interface TimelineProps {
  readonly clips: readonly ClipView[];
  /** Width over height of the film. */
  readonly ratio: number;
  readonly fps: number;
  readonly scale: Scale;
  /** What plays the film; null while it plays something else. */
  readonly video: HTMLVideoElement | null;
  readonly openClip: number | null;
  /** How far the running batch is with a clip, by clip id. */
  readonly work: ReadonlyMap<string, ClipWork>;
  readonly selection: Selection;
  readonly dispatch: Dispatch<SelectionAction>;
  readonly onOpen: (index: number) => void;
  /** Called with a clip's place and where it is put; undefined while clips cannot be moved. */
  readonly onMove: ((from: number, to: number) => void) | undefined;
}

/** The element id of the list of clips. */
export const TIMELINE_ID = "timeline";

/**
 * The clips beneath the video, as wide as they are long. A click opens a clip; its box, or Ctrl and a click,
 * selects it; Shift selects all clips from the last one. A clip is dragged to another place, or moved by
 * Alt and an arrow key; the pointer on it shows the frame that is there.
 */
export function Timeline(props: TimelineProps) {
  const { clips, ratio, fps, scale, video, openClip, work, selection, dispatch, onOpen, onMove } = props;
  const list = useRef<HTMLOListElement>(null);
  const anchor = useRef<string | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [target, setTarget] = useState<number | null>(null);
  usePlayhead(list, video, clips);
  useEffect(() => {
    if (openClip !== null) bringIntoSight(list.current, openClip);
  }, [openClip]);

  const select = (clipId: string, isRange: boolean) => {
    const from = clips.findIndex(({ clip_id }) => clip_id === anchor.current);
    const to = clips.findIndex(({ clip_id }) => clip_id === clipId);
    if (isRange && from >= 0) {
      const range = clips.slice(Math.min(from, to), Math.max(from, to) + 1);
      dispatch({ type: "added", clipIds: range.map(({ clip_id }) => clip_id) });
    } else {
      dispatch({ type: "toggled", clipId });
    }
    anchor.current = clipId;
  };
  const endDrag = () => {
    setDragged(null);
    setTarget(null);
  };
  return (
    <nav aria-label={say.job.timeline}>
      <ol
        ref={list}
        id={TIMELINE_ID}
        className={styles.timeline}
        data-selecting={selection.open || undefined}
        data-scale={typeof scale === "number" ? "own" : scale}
        style={{ "--ratio": ratio } as CSSProperties}
        onDrop={(event) => {
          event.preventDefault();
          if (dragged !== null && target !== null && target !== dragged) onMove?.(dragged, target);
          endDrag();
        }}
      >
        {clips.map((clip, place) => (
          <TimelineClip
            key={clip.clip_id}
            clip={clip}
            fps={fps}
            scale={scale}
            isOpen={place === openClip}
            isChosen={selection.open && selection.clipIds.includes(clip.clip_id)}
            isDragged={place === dragged}
            mark={dragged !== null && place === target ? (dragged < place ? "after" : "before") : undefined}
            work={work.get(clip.clip_id)}
            onOpen={() => {
              onOpen(place);
            }}
            onSelect={(isRange) => {
              select(clip.clip_id, isRange);
            }}
            onMove={
              onMove &&
              ((by) => {
                onMove(place, place + by);
              })
            }
            onDrag={
              onMove &&
              (() => {
                setDragged(place);
              })
            }
            onDragOver={
              dragged === null
                ? undefined
                : () => {
                    setTarget(place);
                  }
            }
            onDragEnd={endDrag}
          />
        ))}
      </ol>
    </nav>
  );
}

/** Draw the playhead by hand: it moves with every frame, and nothing else has to be rendered for it. */
function usePlayhead(
  list: RefObject<HTMLOListElement | null>,
  video: HTMLVideoElement | null,
  clips: readonly ClipView[],
): void {
  useEffect(() => {
    if (video === null) return undefined;
    let seen = -1;
    return followTime(video, (seconds) => {
      const { index, played } = clipAt(clips, seconds);
      if (index !== seen) bringIntoSight(list.current, index);
      seen = index;
      [...(list.current?.children ?? [])].forEach((item, place) => {
        if (!(item instanceof HTMLElement)) return;
        const share = place < index ? 1 : place === index ? played : 0;
        item.style.setProperty("--played", String(share));
      });
    });
  }, [list, video, clips]);
}

/** Scroll the timeline, and nothing else, so that a clip is in the middle of it; not where it is seen already. */
function bringIntoSight(list: HTMLElement | null, place: number): void {
  const clip = list?.children[place]?.getBoundingClientRect();
  if (!list || !clip) return;
  const window = list.getBoundingClientRect();
  if (clip.left >= window.left && clip.right <= window.right) return;
  list.scrollLeft += clip.left + clip.width / 2 - (window.left + window.width / 2);
}
