import { useEffect, useState } from "react";
import { VideoApiClient } from "../api/VideoApiClient";
import { Cognito } from "../auth/cognito";
import { readConfig } from "../auth/config";
import { Session } from "../auth/Session";
import { ErrorBoundary } from "../components/ErrorBoundary";
import { ErrorNotice, Skeleton } from "../components/Notice";
import styles from "./App.module.css";
import { type Studio, StudioContext } from "../auth/context";
import { Shell } from "./Shell";

type Start = { readonly studio: Studio } | { readonly error: Error } | null;

async function start(): Promise<Studio> {
  const config = await readConfig();
  const session = new Session(new Cognito(config), localStorage);
  await session.start();
  return { config, session, api: new VideoApiClient(config.apiBasePath, session) };
}

/** Reads where to sign in, takes up the last session, then shows the studio. */
export function App() {
  const [started, setStarted] = useState<Start>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let left = false;
    start().then(
      (studio) => {
        if (!left) setStarted({ studio });
      },
      (reason: unknown) => {
        if (!left) setStarted({ error: reason instanceof Error ? reason : new Error(String(reason)) });
      },
    );
    return () => {
      left = true;
    };
  }, [attempt]);

  if (started === null)
    return (
      <main className={styles.start}>
        <Skeleton lines={1} />
      </main>
    );
  if ("error" in started) {
    const again = () => {
      setStarted(null);
      setAttempt(attempt + 1);
    };
    return (
      <main className={styles.start}>
        <ErrorNotice error={started.error} onRetry={again} />
      </main>
    );
  }
  return (
    <StudioContext value={started.studio}>
      <ErrorBoundary>
        <Shell />
      </ErrorBoundary>
    </StudioContext>
  );
}
