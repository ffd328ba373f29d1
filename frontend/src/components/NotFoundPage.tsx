import { Link } from "wouter";
import { say } from "../strings";
import { buttonClass } from "./Button";
import styles from "./ErrorBoundary.module.css";
import { usePageTitle } from "./usePageTitle";

interface NotFoundPageProps {
  /** What is missing, where it is known. */
  readonly what?: string;
}

/** There is nothing at this address: says so, and where to go on. */
export function NotFoundPage({ what = say.app.notFound }: NotFoundPageProps) {
  usePageTitle(what);
  return (
    <div className={styles.broken}>
      <h1>{what}</h1>
      <p>{say.app.notFoundWhy}</p>
      <Link href="/jobs" className={buttonClass("primary")}>
        {say.app.toJobs}
      </Link>
    </div>
  );
}
