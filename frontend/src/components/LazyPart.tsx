import { type ReactNode, Suspense } from "react";
import { ErrorBoundary } from "./ErrorBoundary";
import { Skeleton } from "./Notice";

interface LazyPartProps {
  /** How many lines stand there until it is loaded; none for what covers the page, such as a dialog. */
  readonly lines?: number;
  readonly children: ReactNode;
}

/** A part of a page whose code is a file of its own: what stands there until it is loaded, or cannot be. */
export function LazyPart({ lines = 0, children }: LazyPartProps) {
  return (
    <ErrorBoundary part>
      <Suspense fallback={lines > 0 ? <Skeleton lines={lines} /> : null}>{children}</Suspense>
    </ErrorBoundary>
  );
}
