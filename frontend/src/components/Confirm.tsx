import { useEffect, useId, useRef } from "react";
import { say } from "../strings";
import { Button } from "./Button";
import styles from "./Confirm.module.css";

interface ConfirmProps {
  readonly question: string;
  readonly yes: string;
  /** What is said for leaving things as they are. */
  readonly no?: string;
  readonly onYes: () => void;
  readonly onClose: () => void;
}

/** Ask before something that cannot be undone. */
export function Confirm({ question, yes, no = say.app.cancel, onYes, onClose }: ConfirmProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={id} onClose={onClose}>
      <p id={id}>{question}</p>
      <div className={styles.actions}>
        <Button onClick={() => dialog.current?.close()} autoFocus>
          {no}
        </Button>
        <Button
          look="danger"
          onClick={() => {
            dialog.current?.close();
            onYes();
          }}
        >
          {yes}
        </Button>
      </div>
    </dialog>
  );
}
