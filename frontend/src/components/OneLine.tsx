import styles from "./OneLine.module.css";

interface OneLineProps {
  readonly className?: string | undefined;
  readonly children: string;
  /** Follows the text, and is never cut off. */
  readonly end?: string;
}

/** Text on one line: what has no room is cut off, and the pointer shows all of it. */
export function OneLine({ className = "", children, end }: OneLineProps) {
  return (
    <span className={`${styles.line ?? ""} ${className}`}>
      <span className={styles.text} title={children} dir="auto">
        {children}
      </span>
      {end !== undefined && <span className={styles.end}>{end}</span>}
    </span>
  );
}
