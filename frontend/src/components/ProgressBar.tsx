import styles from "./ProgressBar.module.css";

interface ProgressBarProps {
  readonly label: string;
  /** From 0 to 100; null where the progress is not known. */
  readonly percent: number | null;
  readonly tone?: "accent" | "good" | "bad";
}

export function ProgressBar({ label, percent, tone = "accent" }: ProgressBarProps) {
  const known = percent === null ? {} : { "aria-valuenow": Math.round(percent) };
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...known}
    >
      <div
        className={`${styles.bar ?? ""} ${styles[tone] ?? ""} ${percent === null ? (styles.unknown ?? "") : ""}`}
        style={percent === null ? undefined : { inlineSize: `${percent}%` }}
      />
    </div>
  );
}
