import { useState } from "react";
import { Link } from "wouter";
import type { QueueEntryView, QueueState } from "../../api/schema";
import { formatPrice, formatWait } from "../../format";
import { say } from "../../strings";
import { Badge, type Tone } from "../../components/Badge";
import { Button, buttonClass } from "../../components/Button";
import { ConfirmButton } from "../../components/Confirm";
import { ProgressBar } from "../../components/ProgressBar";
import styles from "./QueueRow.module.css";
import { useQueueAction } from "./useQueue";

const TONES: Record<QueueState, Tone> = {
  running: "accent",
  cancelling: "wait",
  waiting: "neutral",
  paused: "wait",
  held: "bad",
};

interface QueueRowProps {
  readonly entry: QueueEntryView;
  readonly name: string;
  /** Its place among those that wait; -1 for what runs. */
  readonly place: number;
  readonly last: number;
  readonly onMove: (place: number) => void;
  readonly dragged: boolean;
  readonly onDrag: (batchId: string | null) => void;
  readonly onDropHere: () => void;
}

/** One video or batch that has not ended. */
export function QueueRow(props: QueueRowProps) {
  const { entry, place, last, dragged, onDrag, onDropHere } = props;
  const [over, setOver] = useState(false);
  const movable = entry.actions.includes("move") && place >= 0 && last > 0;
  const target = place >= 0 && !dragged;
  return (
    <li
      className={styles.row}
      draggable={movable}
      data-dragged={dragged || undefined}
      data-over={(over && target) || undefined}
      title={movable ? say.queue.drag : undefined}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", entry.batch_id); // Firefox drags nothing without
        onDrag(entry.batch_id);
      }}
      onDragEnd={() => {
        onDrag(null);
      }}
      onDragOver={(event) => {
        if (!target) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDropHere();
      }}
    >
      <Facts entry={entry} />
      {entry.reason && <p className={styles.reason}>{entry.reason}</p>}
      <Actions {...props} movable={movable} />
      {entry.state === "running" && (
        <div className={styles.progress}>
          <ProgressBar label={props.name} percent={entry.progress} />
        </div>
      )}
    </li>
  );
}

function Facts({ entry }: { readonly entry: QueueEntryView }) {
  const { state, waits_for: awaited, position } = entry;
  return (
    <p className={styles.facts}>
      <Badge tone={TONES[state]}>{say.queue.states[state]}</Badge>
      {awaited !== null && <span>{say.queue.waitsFor[awaited](position)}</span>}
      {entry.kind === "batch" && <span>{say.queue.takes(entry.clip_count)}</span>}
      {entry.expected_in !== null && <span>{say.queue.doneIn(formatWait(entry.expected_in))}</span>}
      <span>{say.batch.estimated(formatPrice(entry.estimated_cost))}</span>
    </p>
  );
}

function Actions({
  entry,
  name,
  place,
  last,
  onMove,
  movable,
}: QueueRowProps & { readonly movable: boolean }) {
  const act = useQueueAction();
  const other = entry.actions.find((action) => action === "pause" || action === "resume");
  return (
    <div className={styles.actions}>
      {movable && (
        <>
          <Button
            size="small"
            look="quiet"
            aria-label={say.queue.earlier(name)}
            disabled={place === 0}
            onClick={() => {
              onMove(place - 1);
            }}
          >
            ↑
          </Button>
          <Button
            size="small"
            look="quiet"
            aria-label={say.queue.later(name)}
            disabled={place === last}
            onClick={() => {
              onMove(place + 1);
            }}
          >
            ↓
          </Button>
        </>
      )}
      {other && (
        <Button
          size="small"
          aria-label={say.queue[other](name)}
          busy={act.isPending && act.variables.action === other}
          onClick={() => {
            act.mutate({ action: other, entry });
          }}
        >
          {say.batch[other]}
        </Button>
      )}
      {entry.actions.includes("change_model") && (
        <Link className={buttonClass("quiet", "small")} href={`/jobs/${entry.job_id}`}>
          {say.queue.changeModel}
        </Link>
      )}
      {entry.actions.includes("cancel") && (
        <ConfirmButton
          size="small"
          aria-label={say.queue.cancel(name)}
          busy={act.isPending && act.variables.action === "cancel"}
          question={say.queue.cancelQuestion(entry.title)}
          no={say.queue.keep}
          yes={say.queue.cancel(entry.title)}
          onYes={() => {
            act.mutate({ action: "cancel", entry });
          }}
        >
          {say.app.cancel}
        </ConfirmButton>
      )}
    </div>
  );
}
