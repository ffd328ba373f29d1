import { type CSSProperties, type Dispatch, type RefObject, useEffect, useRef } from "react";
import type { ClipView } from "../../api/schema";
import { formatClip, formatSeconds } from "../../format";
import { followTime } from "../../components/player/followTime";
import { say } from "../../strings";
import { OneLine } from "../../components/OneLine";
import type { ClipWork } from "./progress";
import type { Selection, SelectionAction } from "./selection";
import styles from "./Timeline.module.css";
import { clipAt } from "./timeline";

interface TimelineProps {
  readonly clips: readonly ClipView[];
  /** Width over height of the film. */
  readonly ratio: number;
  /** What plays the film; null while it plays something else. */
  readonly video: HTMLVideoElement | null;
  readonly openClip: number | null;
  /** How far the running batch is with a clip, by clip id. */
  readonly work: ReadonlyMap<string, ClipWork>;
  readonly selection: Selection;
  readonly dispatch: Dispatch<SelectionAction>;
  readonly onOpen: (index: number) => void;
}

/**
 * The clips beneath the video, as wide as they are long, where there is room. A click opens a clip; its
 * box, or Ctrl and a click, selects it; Shift selects all clips from the last one.
 */
export function Timeline(props: TimelineProps) {
  const { clips, ratio, video, openClip, work, selection, dispatch, onOpen } = props;
  const list = useRef<HTMLOListElement>(null);
  const anchor = useRef<string | null>(null);
  usePlayhead(list, video, clips);

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
  return (
    <nav aria-label={say.job.timeline}>
      <ol
        ref={list}
        className={styles.timeline}
        data-selecting={selection.open || undefined}
        style={{ "--ratio": ratio } as CSSProperties}
      >
        {clips.map((clip) => {
          const isChosen = selection.open && selection.clipIds.includes(clip.clip_id);
          const name = formatClip(clip.clip_index, clip.title);
          const length = formatSeconds(clip.duration_ms / 1000);
          const state = work.get(clip.clip_id);
          return (
            <li
              key={clip.clip_id}
              className={styles.clip}
              style={{ flexGrow: clip.duration_ms }}
              data-chosen={isChosen || undefined}
            >
              <button
                type="button"
                id={clipButtonId(clip.clip_index)}
                className={styles.button}
                aria-current={clip.clip_index === openClip ? "true" : undefined}
                onClick={(event) => {
                  const isSelecting = event.shiftKey || event.ctrlKey || event.metaKey;
                  if (isSelecting) select(clip.clip_id, event.shiftKey);
                  else onOpen(clip.clip_index);
                }}
              >
                <span className={styles.picture} aria-busy={state?.isBusy}>
                  <span className={styles.film} style={filmOf(clip)} />
                  {state && (
                    <span className={styles.state} data-failed={state.isFailed || undefined}>
                      {state.text}
                    </span>
                  )}
                  <span className={styles.played} />
                </span>
                <OneLine className={styles.name}>{name}</OneLine>
                <span className={styles.info}>{say.job.clipInfo(length, clip.version_count)}</span>
              </button>
              <label className={styles.tick}>
                <input
                  type="checkbox"
                  checked={isChosen}
                  aria-label={say.selector.clip(name, length)}
                  onClick={(event) => {
                    select(clip.clip_id, event.shiftKey);
                  }}
                  // Controlled: the click has done it, with the keys that were held.
                  onChange={() => undefined}
                />
              </label>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** The element id of a clip's button, to give it the focus. */
export function clipButtonId(index: number): string {
  return `clip-${index}`;
}

/** The take's picture over and over, as on a strip of film. */
function filmOf(clip: ClipView): CSSProperties {
  const picture = clip.current_version?.thumbnail_url;
  return picture ? { backgroundImage: `url(${JSON.stringify(picture)})` } : {};
}

/** Draw the playhead by hand: it moves with every frame, and nothing else has to be rendered for it. */
function usePlayhead(
  list: RefObject<HTMLOListElement | null>,
  video: HTMLVideoElement | null,
  clips: readonly ClipView[],
): void {
  useEffect(() => {
    if (video === null) return undefined;
    return followTime(video, (seconds) => {
      const { index, played } = clipAt(clips, seconds);
      [...(list.current?.children ?? [])].forEach((item, place) => {
        if (!(item instanceof HTMLElement)) return;
        const share = place < index ? 1 : place === index ? played : 0;
        item.style.setProperty("--played", String(share));
      });
    });
  }, [list, video, clips]);
}
