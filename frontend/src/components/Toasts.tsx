import { useEffect } from "react";
import { say } from "../strings";
import { Button } from "./Button";
import { isTyping } from "./keyboard";
import styles from "./Toasts.module.css";
import { dismiss, flushToasts, holdToasts, type Toast, undoLast, useToasts } from "./toasts";

/** What is reported in passing, at the foot of the page. Ctrl+Z undoes the newest that can be undone. */
export function Toasts() {
  const toasts = useToasts();
  useEffect(() => {
    const undo = (event: KeyboardEvent) => {
      const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
      if (isUndo && !isTyping(event.target) && undoLast()) event.preventDefault();
    };
    document.addEventListener("keydown", undo);
    addEventListener("pagehide", flushToasts);
    return () => {
      document.removeEventListener("keydown", undo);
      removeEventListener("pagehide", flushToasts);
    };
  }, []);
  const isEmpty = toasts.length === 0;
  useEffect(() => {
    if (isEmpty) holdToasts(false); // what was under the pointer is gone, and nothing says that it left
  }, [isEmpty]);
  return (
    <div
      className={styles.toasts}
      role="status"
      aria-live="polite"
      // Not when it enters: a toast that appears under a pointer that rests is not what it is there for.
      onPointerMove={() => {
        holdToasts(true);
      }}
      onPointerLeave={() => {
        holdToasts(false);
      }}
      onFocus={() => {
        holdToasts(true);
      }}
      onBlur={() => {
        holdToasts(false);
      }}
    >
      {toasts.map((item) => (
        <ToastCard key={item.id} toast={item} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { readonly toast: Toast }) {
  const { undo, action } = toast;
  return (
    <div className={`${styles.toast ?? ""} ${styles[toast.tone] ?? ""}`}>
      <span>{toast.text}</span>
      {action && (
        <Button
          size="small"
          look="quiet"
          className={styles.action}
          onClick={() => {
            dismiss(toast.id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      {undo && (
        <Button
          size="small"
          look="quiet"
          className={styles.action}
          title={say.app.undoKeys}
          aria-keyshortcuts="Control+Z"
          onClick={() => {
            dismiss(toast.id, true);
            undo();
          }}
        >
          {say.app.undo}
        </Button>
      )}
      <Button
        size="small"
        look="quiet"
        className={styles.action}
        aria-label={say.app.dismiss}
        onClick={() => {
          dismiss(toast.id);
        }}
      >
        ×
      </Button>
    </div>
  );
}
