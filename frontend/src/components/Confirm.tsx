import { type ComponentProps, useId, useRef, useState } from "react";
import { say } from "../strings";
import { Button } from "./Button";
import styles from "./Confirm.module.css";
import { Dialog } from "./Dialog";

interface ConfirmProps {
  readonly question: string;
  readonly yes: string;
  /** What is said for leaving things as they are. */
  readonly no?: string | undefined;
  readonly onYes: () => void;
  readonly onClose: () => void;
}

/** Ask before something that cannot be undone. */
export function Confirm({ question, yes, no = say.app.cancel, onYes, onClose }: ConfirmProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <Dialog ref={dialog} labelledBy={id} onClose={onClose}>
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
    </Dialog>
  );
}

type ConfirmButtonProps = Omit<ConfirmProps, "onClose"> & Omit<ComponentProps<typeof Button>, "onClick">;

/** A button that asks before it does something. */
export function ConfirmButton({ question, yes, no, onYes, ...button }: ConfirmButtonProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button
        {...button}
        onClick={() => {
          setAsking(true);
        }}
      />
      {asking && (
        <Confirm
          question={question}
          yes={yes}
          no={no}
          onYes={onYes}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}
