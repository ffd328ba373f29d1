import { useEffect, useRef, useState } from "react";
import { say } from "../strings";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { isTyping } from "../components/keyboard";
import styles from "./KeyboardSheet.module.css";

/** The list of keys, shown by a question mark. */
export function KeyboardSheet() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.key !== "?" || isTyping(event.target) || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener("keydown", listener);
    return () => {
      document.removeEventListener("keydown", listener);
    };
  }, []);
  if (!open) return null;
  return (
    <Sheet
      onClose={() => {
        setOpen(false);
      }}
    />
  );
}

function Sheet({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <Dialog ref={dialog} className={styles.dialog} labelledBy="keyboard" onClose={onClose}>
      <h2 id="keyboard">{say.keyboard.title}</h2>
      <dl className={styles.keys}>
        {say.keyboard.keys.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.actions}>
        <Button onClick={() => dialog.current?.close()} autoFocus>
          {say.app.close}
        </Button>
      </div>
    </Dialog>
  );
}
