import { type CSSProperties, type SubmitEvent, useEffect, useId, useRef, useState } from "react";
import type { ClipView, TrimModel } from "../../api/schema";
import { formatClip, formatSeconds } from "../../format";
import { seekTo } from "../../components/player/seek";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import styles from "./TrimEditor.module.css";
import { useSound } from "./useSound";

interface TrimEditorProps {
  readonly clip: ClipView;
  readonly fps: number;
  /** Width over height of the film. */
  readonly ratio: number;
  readonly busy: boolean;
  /** Called with null for all of the clip. */
  readonly onTrim: (trim: TrimModel | null) => void;
  readonly onClose: () => void;
}

/** Choose by the frame what the film shows of a clip; its takes stay whole. */
export function TrimEditor({ clip, fps, ratio, busy, onTrim, onClose }: TrimEditorProps) {
  const id = useId();
  const last = clip.frames;
  const [first, setFirst] = useState(clip.trim?.in_frame ?? 0);
  const [end, setEnd] = useState(clip.trim?.out_frame ?? last);
  const preview = useRef<HTMLVideoElement>(null);
  const sound = useSound(clip.current_version);
  const show = (frame: number) => {
    const video = preview.current;
    // To the middle of a frame: at its edge either neighbour may be shown.
    if (video) seekTo(video, (frame + 0.5) / fps);
  };
  const setIn = (frame: number) => {
    const at = Math.min(Math.max(0, Math.round(frame)), end - 1);
    setFirst(at);
    show(at);
  };
  const setOut = (frame: number) => {
    const at = Math.max(Math.min(last, Math.round(frame)), first + 1);
    setEnd(at);
    show(at - 1);
  };
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    onTrim(first === 0 && end === last ? null : { in_frame: first, out_frame: end });
  };
  const share = (frame: number) => `${(100 * frame) / last}%`;
  return (
    <form
      className={styles.editor}
      aria-labelledby={`${id}-title`}
      onSubmit={send}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <div className={styles.head}>
        <h2 id={`${id}-title`} ref={heading} tabIndex={-1}>
          {say.trim.title(formatClip(clip.clip_index, clip.title))}
        </h2>
        <p className={styles.figures} aria-live="polite">
          {say.trim.shows(formatSeconds((end - first) / fps), formatSeconds(last / fps))}
        </p>
      </div>
      <div className={styles.strip} style={{ "--ratio": ratio } as CSSProperties}>
        <video
          ref={preview}
          className={styles.preview}
          src={clip.current_version?.video_url ?? undefined}
          muted
          playsInline
          preload="auto"
          aria-hidden="true"
          onLoadedMetadata={() => {
            show(first);
          }}
        />
        <div className={styles.track} dir="ltr">
          {sound && <Wave sound={sound} />}
          <span className={styles.off} style={{ left: 0, width: share(first) }} />
          <span className={styles.off} style={{ right: 0, width: share(last - end) }} />
          <span className={styles.kept} style={{ left: share(first), right: share(last - end) }} />
          <input
            type="range"
            min={0}
            max={last}
            value={first}
            aria-label={say.trim.in}
            aria-valuetext={say.trim.frame(first)}
            onChange={(event) => {
              setIn(event.target.valueAsNumber);
            }}
          />
          <input
            type="range"
            min={0}
            max={last}
            value={end}
            aria-label={say.trim.out}
            aria-valuetext={say.trim.frame(end)}
            onChange={(event) => {
              setOut(event.target.valueAsNumber);
            }}
          />
        </div>
      </div>
      <div className={styles.fields}>
        <FrameField label={say.trim.inFrame} value={first} most={end - 1} onChange={setIn} />
        <FrameField label={say.trim.outFrame} value={end} most={last} onChange={setOut} />
        <div className={styles.actions}>
          <Button look="quiet" onClick={onClose}>
            {say.app.cancel}
          </Button>
          {clip.trim && (
            <Button
              busy={busy}
              onClick={() => {
                onTrim(null);
              }}
            >
              {say.trim.all}
            </Button>
          )}
          <Button type="submit" look="primary" busy={busy}>
            {say.trim.apply}
          </Button>
        </div>
      </div>
    </form>
  );
}

interface FrameFieldProps {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly onChange: (frame: number) => void;
}

function FrameField({ label, value, most, onChange }: FrameFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        min={0}
        max={most}
        step={1}
        value={value}
        onChange={(event) => {
          if (Number.isFinite(event.target.valueAsNumber)) onChange(event.target.valueAsNumber);
        }}
      />
    </div>
  );
}

function Wave({ sound }: { readonly sound: readonly number[] }) {
  return (
    <svg
      className={styles.wave}
      viewBox={`0 0 ${sound.length} 2`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={sound.map((loud, bar) => `M${bar} ${1 - loud}h.7v${2 * loud}h-.7z`).join("")} />
    </svg>
  );
}
