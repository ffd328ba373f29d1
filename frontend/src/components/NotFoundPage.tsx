import { Link } from "wouter";
import { say } from "../strings";
import { buttonClass } from "./Button";
import { EmptyNotice } from "./Notice";
import { usePageTitle } from "./usePageTitle";

interface NotFoundPageProps {
  /** What is missing, where it is known. */
  readonly what?: string;
}

/** There is nothing at this address: says so, and where to go on. */
export function NotFoundPage({ what = say.app.notFound }: NotFoundPageProps) {
  usePageTitle(what);
  return (
    <div>
      <h1>{what}</h1>
      <EmptyNotice title={say.app.notFoundWhy}>
        <Link href="/jobs" className={buttonClass("primary", "small")}>
          {say.app.toJobs}
        </Link>
      </EmptyNotice>
    </div>
  );
}
