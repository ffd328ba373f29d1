import { type RefObject, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { say } from "../../strings";
import { Badge } from "../../components/Badge";
import { inOrder, movedTo, type QueueGroup, waitingIds } from "./order";
import styles from "./QueueCard.module.css";
import { QueueRow } from "./QueueRow";
import { useReorder } from "./useQueue";

/** What has not ended of one job; what waits is put in order by dragging, or by its buttons. */
export function QueueCard({ group }: { readonly group: QueueGroup }) {
  const reorder = useReorder(group.jobId);
  const [dragged, setDragged] = useState<string | null>(null);
  const [announced, setAnnounced] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const shown = inOrder(group, reorder.isPending ? reorder.variables : undefined);
  const order = waitingIds(shown);
  const nameOf = (id: string) =>
    shown.entries.length === 1
      ? group.title
      : say.queue.name(group.title, shown.entries.findIndex(({ batch_id }) => batch_id === id) + 1);
  const keepFocus = useKeptFocus(list, order.join());

  const move = (id: string, place: number) => {
    const next = movedTo(order, id, place);
    if (next === null) return;
    keepFocus();
    reorder.mutate(next, {
      onSuccess: () => {
        setAnnounced(say.queue.moved(group.title, place + 1, order.length));
      },
    });
  };
  return (
    <li className={styles.card}>
      <header className={styles.header}>
        <h2>
          <Link href={`/jobs/${group.jobId}`} dir="auto">
            {group.title}
          </Link>
        </h2>
        <Badge>{say.queue.kinds[group.kind]}</Badge>
      </header>
      <ol ref={list} className={styles.entries}>
        {shown.entries.map((entry) => (
          <QueueRow
            key={entry.batch_id}
            entry={entry}
            name={nameOf(entry.batch_id)}
            place={order.indexOf(entry.batch_id)}
            last={order.length - 1}
            onMove={(place) => {
              move(entry.batch_id, place);
            }}
            dragged={dragged === entry.batch_id}
            onDrag={setDragged}
            onDropHere={() => {
              if (dragged !== null) move(dragged, order.indexOf(entry.batch_id));
              setDragged(null);
            }}
          />
        ))}
      </ol>
      <p className="visually-hidden" role="status">
        {announced}
      </p>
    </li>
  );
}

/** A row that is put elsewhere in the page loses the focus: give it back to the button that was pressed. */
function useKeptFocus(list: RefObject<HTMLElement | null>, order: string): () => void {
  const kept = useRef<Element | null>(null);
  useEffect(() => {
    if (kept.current instanceof HTMLElement && list.current?.contains(kept.current)) kept.current.focus();
    kept.current = null;
  }, [list, order]);
  return () => {
    kept.current = document.activeElement;
  };
}
