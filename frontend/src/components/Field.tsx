import type { ReactNode } from "react";
import styles from "./Field.module.css";

interface FieldProps {
  readonly label: string;
  /** What it has to be, or is for. */
  readonly why?: string;
  /** The control. */
  readonly children: ReactNode;
}

/** A control below its label. */
export function Field({ label, why, children }: FieldProps) {
  return (
    <label className={styles.field}>
      {label}
      {why !== undefined && <span className={styles.why}>{why}</span>}
      {children}
    </label>
  );
}

interface CodeFieldProps {
  readonly label: string;
  readonly name: string;
  /** Which element says what is wrong with the code; undefined while nothing is. */
  readonly errorId: string | undefined;
}

/** A code that was sent by e-mail, or that an authenticator app shows. */
export function CodeField({ label, name, errorId }: CodeFieldProps) {
  return (
    <Field label={label}>
      <input
        type="text"
        name={name}
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        autoFocus
        aria-invalid={errorId !== undefined || undefined}
        aria-describedby={errorId}
      />
    </Field>
  );
}
