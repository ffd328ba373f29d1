import { type ReactNode, type RefObject, useEffect } from "react";
import styles from "./Dialog.module.css";

interface DialogProps {
  readonly ref: RefObject<HTMLDialogElement | null>;
  /** The element in it that names it. */
  readonly labelledBy: string;
  readonly className?: string | undefined;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog over the page, open for as long as it is rendered; its width is `--dialog-width`. */
export function Dialog({ ref, labelledBy, className = "", onClose, children }: DialogProps) {
  useEffect(() => {
    ref.current?.showModal();
  }, [ref]);
  return (
    <dialog
      ref={ref}
      className={`${styles.dialog} ${className}`}
      aria-labelledby={labelledBy}
      onClose={onClose}
    >
      {children}
    </dialog>
  );
}
