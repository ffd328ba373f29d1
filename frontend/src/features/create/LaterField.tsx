import { useId } from "react";
import { say } from "../../strings";
import { FieldError } from "../../components/FieldError";
import styles from "./LaterField.module.css";
import { localMinute, nextHour } from "./times";

interface LaterFieldProps {
  /** A local time; null for now. */
  readonly at: string | null;
  readonly onChange: (at: string | null) => void;
  readonly fault: string | undefined;
}

/** Choose a time at which it is made, instead of now. */
export function LaterField({ at, onChange, fault }: LaterFieldProps) {
  const id = useId();
  return (
    <div className={styles.later}>
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={at !== null}
          onChange={(event) => {
            onChange(event.target.checked ? nextHour(new Date()) : null);
          }}
        />
        {say.create.later}
      </label>
      {at !== null && (
        <div className={styles.time}>
          <label htmlFor={id} className="visually-hidden">
            {say.create.at}
          </label>
          <input
            id={id}
            type="datetime-local"
            value={at}
            min={localMinute(new Date())}
            aria-invalid={fault !== undefined}
            aria-describedby={`${id}-error`}
            onChange={(event) => {
              onChange(event.target.value);
            }}
          />
        </div>
      )}
      <FieldError id={`${id}-error`}>{fault}</FieldError>
    </div>
  );
}
