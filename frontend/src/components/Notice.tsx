import type { ReactNode } from "react";
import { ApiProblem } from "../api/problem";
import { say } from "../strings";
import { Button } from "./Button";
import styles from "./Notice.module.css";

interface NoticeProps {
  readonly title: string;
  readonly children?: ReactNode;
}

/** Says that there is nothing yet, and what to do. */
export function EmptyNotice({ title, children }: NoticeProps) {
  return (
    <div className={styles.empty}>
      <p className={styles.title}>{title}</p>
      {children}
    </div>
  );
}

interface ErrorNoticeProps {
  readonly error: Error;
  readonly onRetry?: () => void;
}

/** Says what went wrong in the server's own sentence, and offers to try again. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  return (
    <div className={styles.error} role="alert">
      <p>
        <strong>{say.app.failed}.</strong> {sentenceOf(error)}
      </p>
      {onRetry && (
        <Button size="small" onClick={onRetry}>
          {say.app.tryAgain}
        </Button>
      )}
    </div>
  );
}

/** Returns what to tell a person of an error: where no field shows what is wrong with it, that as well. */
export function sentenceOf(error: Error): string {
  if (error instanceof TypeError) return navigator.onLine ? say.app.unreachable : say.offline.short;
  const details = error instanceof ApiProblem ? error.faults.map(({ detail }) => detail) : [];
  const unsaid = [...new Set(details)].filter((detail) => !error.message.includes(detail));
  return [error.message, ...unsaid].join(" ");
}

/** Grey shapes in place of what is being loaded. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div className={styles.skeleton} role="status">
      <span className="visually-hidden">{say.app.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={styles.line} />
      ))}
    </div>
  );
}
