import { useId, useRef, useState } from "react";
import { say } from "../strings";
import styles from "./TitleInPlace.module.css";

interface TitleInPlaceProps {
  readonly title: string;
  /** What it is the title of, for people who do not see it. */
  readonly label: string;
  readonly onChange: (title: string) => void;
  readonly disabled?: boolean;
}

/** A title that is changed where it stands: Enter keeps what was written, Escape what was there. */
export function TitleInPlace({ title, label, onChange, disabled = false }: TitleInPlaceProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  if (disabled) return <span dir="auto">{title}</span>;
  if (isOpen)
    return (
      <TitleField
        title={title}
        label={label}
        onChange={onChange}
        onClose={(isByKey) => {
          setOpen(false);
          if (isByKey) requestAnimationFrame(() => button.current?.focus());
        }}
      />
    );
  return (
    <button
      ref={button}
      type="button"
      className={styles.shown}
      dir="auto"
      title={say.app.rename}
      aria-description={say.app.rename}
      onClick={() => {
        setOpen(true);
      }}
    >
      {title}
      <span className={styles.pen} aria-hidden="true">
        ✎
      </span>
    </button>
  );
}

const LONGEST = 200;

interface TitleFieldProps extends Omit<TitleInPlaceProps, "disabled"> {
  /** Called when nothing is written any more; by a key the focus goes back to where it was. */
  readonly onClose: (isByKey: boolean) => void;
}

/** The field in which a title is changed, in the place of the title. */
export function TitleField({ title, label, onChange, onClose }: TitleFieldProps) {
  const id = useId();
  const [written, setWritten] = useState(title);
  const isClosed = useRef(false);
  const close = (isByKey: boolean) => {
    isClosed.current = true; // the field loses the focus when it goes
    onClose(isByKey);
  };
  const keep = (isByKey: boolean) => {
    if (isClosed.current) return;
    const wanted = written.trim();
    if (wanted !== "" && wanted !== title) onChange(wanted);
    close(isByKey);
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        keep(true);
      }}
    >
      <label htmlFor={id} className="visually-hidden">
        {label}
      </label>
      <input
        id={id}
        type="text"
        className={styles.field}
        dir="auto"
        maxLength={LONGEST}
        autoFocus
        value={written}
        onChange={(event) => {
          setWritten(event.target.value);
        }}
        onFocus={(event) => {
          event.target.select();
        }}
        onBlur={() => {
          keep(false);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          close(true);
        }}
      />
    </form>
  );
}
