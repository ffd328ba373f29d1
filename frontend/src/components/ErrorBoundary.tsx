import { Component, type ReactNode, useEffect, useEffectEvent } from "react";
import { Link } from "wouter";
import { forgetFailures, isReachable, PageLoadError } from "./lazyPage";
import { say } from "../strings";
import { Button, buttonClass } from "./Button";
import styles from "./ErrorBoundary.module.css";

interface ErrorBoundaryProps {
  /** A new value, such as another address, is a new attempt. */
  readonly place?: string;
  /** Whether it stands for a part of a page, not for all of it. */
  readonly part?: boolean;
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly error: Error | null;
}

/** Shows what is left when a part of the page cannot be shown: why, another attempt, and a way out. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidUpdate({ place }: ErrorBoundaryProps): void {
    if (this.state.error && place !== this.props.place) this.retry();
  }

  retry = (): void => {
    forgetFailures();
    this.setState({ error: null });
  };

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <Broken error={error} part={this.props.part ?? false} onRetry={this.retry} />;
  }
}

interface BrokenProps {
  readonly error: Error;
  readonly part: boolean;
  readonly onRetry: () => void;
}

function Broken({ error, part, onRetry }: BrokenProps) {
  const notLoaded = error instanceof PageLoadError;
  const Heading = part ? "h2" : "h1";
  const back = useEffectEvent(() => {
    if (notLoaded) onRetry();
  });
  useEffect(() => {
    const listener = () => {
      back();
    };
    addEventListener("online", listener);
    return () => {
      removeEventListener("online", listener);
    };
  }, []);
  // A browser may keep the failure of a file for as long as the page is open.
  const retry = async () => {
    if (notLoaded && !part && (await isReachable())) location.reload();
    else onRetry();
  };
  return (
    <section className={styles.broken} role="alert">
      <Heading>{notLoaded ? say.broken.notLoaded : say.broken.failed}</Heading>
      <p>{notLoaded ? say.broken.notLoadedWhy : say.broken.failedWhy}</p>
      <div className={styles.actions}>
        <Button look="primary" onClick={() => void retry()}>
          {say.app.tryAgain}
        </Button>
        {!part && (
          <Link className={buttonClass()} href="/jobs">
            {say.app.toJobs}
          </Link>
        )}
      </div>
    </section>
  );
}
