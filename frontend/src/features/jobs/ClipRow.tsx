import { type Ref, useRef, useState } from "react";
import type { ApiProblem } from "../../api/problem";
import type { ModelView } from "../../api/schema";
import { formatBytes, formatSeconds } from "../../format";
import { say } from "../../strings";
import { Badge } from "../../components/Badge";
import { Button } from "../../components/Button";
import { LazyPart } from "../../components/LazyPart";
import { UploadProgress } from "../../components/UploadProgress";
import styles from "./ClipRow.module.css";
import { ClipReferences, VideoFields } from "./lazyParts";
import { type ClipDraft, type FileClip, NO_JOB, type Surroundings, type VideoClip } from "./newClips";
import type { ClipsChange } from "./useNewClips";

interface ClipRowProps {
  readonly clips: readonly ClipDraft[];
  /** Which of them is shown, in playback order, from 0. */
  readonly place: number;
  readonly surroundings?: Surroundings;
  readonly models: readonly ModelView[];
  readonly problem: ApiProblem | null;
  /** Whether an empty prompt has been sent. */
  readonly missing: boolean;
  readonly change: (action: ClipsChange) => void;
  /** The clip that is being dragged; one over which it is held makes room for it. */
  readonly dragged: string | null;
  readonly onDrag: (key: string | null) => void;
}

interface ClipRowsProps extends Omit<ClipRowProps, "place" | "dragged" | "onDrag"> {
  readonly ref?: Ref<HTMLOListElement>;
  readonly className: string | undefined;
}

/** The clips of a job that is being put together, in playback order. */
export function ClipRows({ ref, className, ...rows }: ClipRowsProps) {
  const [dragged, setDragged] = useState<string | null>(null);
  return (
    <ol ref={ref} className={className} aria-label={say.newJob.files}>
      {rows.clips.map(({ key }, place) => (
        <ClipRow key={key} {...rows} place={place} dragged={dragged} onDrag={setDragged} />
      ))}
    </ol>
  );
}

/** One clip of a job that is being put together: what it is made of, how far it is, and its place. */
function ClipRow(props: ClipRowProps) {
  const { clips, place, surroundings = NO_JOB, models, problem, missing, change, dragged, onDrag } = props;
  const row = useRef<HTMLLIElement>(null);
  const clip = clips[place];
  if (!clip) return null;
  const name = nameOf(clip, place);
  const prefix = `clips[${place}]`;
  const wrong = clip.kind === "prompt" ? undefined : wrongWith(clip, problem, prefix);
  const move = (to: number) => {
    change({ type: "moved", key: clip.key, to });
  };
  return (
    <li
      ref={row}
      className={styles.row}
      data-dragged={dragged === clip.key || undefined}
      onDragOver={(event) => {
        if (dragged === null) return;
        event.preventDefault();
        if (dragged !== clip.key) change({ type: "moved", key: dragged, to: place });
      }}
      onDrop={(event) => {
        event.preventDefault();
      }}
    >
      {/* The handle alone can be dragged: text in the row is to be selected. Buttons do the same. */}
      <span
        className={styles.handle}
        draggable
        aria-hidden="true"
        title={say.queue.drag}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", name); // Firefox drags nothing without
          if (row.current) event.dataTransfer.setDragImage(row.current, 0, 0);
          onDrag(clip.key);
        }}
        onDragEnd={() => {
          onDrag(null);
        }}
      >
        ⠿
      </span>
      <div className={styles.content}>
        {clip.kind === "file" && <OfFile clip={clip} isWrong={wrong !== undefined} />}
        {clip.kind === "video" && <OfVideo clip={clip} />}
        {clip.kind === "prompt" && (
          <fieldset aria-label={name}>
            <LazyPart lines={1}>
              <VideoFields
                draft={clip.draft}
                models={models}
                problem={problem}
                prefix={`${prefix}.`}
                missing={missing}
                onWrite={(more) => {
                  change({ type: "wrote", key: clip.key, more });
                }}
              >
                <ClipReferences
                  clip={clip}
                  clips={clips}
                  place={place}
                  surroundings={surroundings}
                  models={models}
                  problem={problem}
                  change={change}
                />
              </VideoFields>
            </LazyPart>
          </fieldset>
        )}
      </div>
      <div className={styles.actions}>
        <Button
          size="small"
          look="quiet"
          disabled={place === 0}
          aria-label={say.newJob.up(name)}
          onClick={() => {
            move(place - 1);
          }}
        >
          ↑
        </Button>
        <Button
          size="small"
          look="quiet"
          disabled={place === clips.length - 1}
          aria-label={say.newJob.down(name)}
          onClick={() => {
            move(place + 1);
          }}
        >
          ↓
        </Button>
        <Button
          size="small"
          look="quiet"
          aria-label={say.newJob.remove(name)}
          onClick={() => {
            change({ type: "removed", key: clip.key });
          }}
        >
          ×
        </Button>
      </div>
      {wrong !== undefined && (
        <p className={styles.wrong} role="alert">
          {wrong}
        </p>
      )}
    </li>
  );
}

function nameOf(clip: ClipDraft, place: number): string {
  if (clip.kind === "file") return clip.file.name;
  return clip.kind === "video" ? clip.video.title : say.newJob.promptOf(place);
}

/** What is wrong with a clip, whichever of its fields the API names. */
function wrongWith(clip: ClipDraft, problem: ApiProblem | null, prefix: string): string | undefined {
  const error = clip.kind === "file" ? clip.error : undefined;
  return error ?? problem?.faults.find(({ field }) => field.startsWith(prefix))?.detail;
}

function OfFile({ clip, isWrong }: { readonly clip: FileClip; readonly isWrong: boolean }) {
  const { file, state } = clip;
  return (
    <div className={styles.line}>
      <span className={styles.text}>
        <span className={styles.name} dir="auto">
          {file.name}
        </span>
        <span className={styles.size}>{formatBytes(file.size)}</span>
      </span>
      <UploadProgress file={file} isCancelledElsewhere />
      {state === "sent" && !isWrong && <Badge tone="good">{say.newJob.sent}</Badge>}
    </div>
  );
}

function OfVideo({ clip }: { readonly clip: VideoClip }) {
  const { title, seconds, thumbnail_url: picture } = clip.video;
  return (
    <div className={styles.video}>
      <span className={styles.picture}>{picture && <img src={picture} alt="" loading="lazy" />}</span>
      <span className={styles.text}>
        <span className={styles.name} dir="auto">
          {title}
        </span>
        <span className={styles.size}>{formatSeconds(seconds)}</span>
      </span>
    </div>
  );
}
