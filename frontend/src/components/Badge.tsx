import type { ReactNode } from "react";
import styles from "./Badge.module.css";

export type Tone = "neutral" | "good" | "bad" | "wait" | "accent";

interface BadgeProps {
  readonly tone?: Tone;
  readonly children: ReactNode;
}

/** A state in one or two words. */
export function Badge({ tone = "neutral", children }: BadgeProps) {
  return <span className={`${styles.badge ?? ""} ${styles[tone] ?? ""}`}>{children}</span>;
}
