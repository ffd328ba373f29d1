import type { ReactNode } from "react";
import styles from "./StagePage.module.css";

interface StagePageProps {
  readonly header: ReactNode;
  /** What is seen and heard. */
  readonly stage: ReactNode;
  /** What belongs to it; beneath it where the window is narrow. */
  readonly side: ReactNode;
  /** Whether the stage stays in sight while the other side is read. */
  readonly sticky?: boolean;
}

/** A page of the whole window: a video, and beside it what is to be read and done. */
export function StagePage({ header, stage, side, sticky }: StagePageProps) {
  return (
    <div className={styles.page} data-wide>
      <header className={styles.header}>{header}</header>
      <div className={styles.stage} data-sticky={sticky}>
        {stage}
      </div>
      <aside className={styles.side}>{side}</aside>
    </div>
  );
}
