import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, use, useState } from "react";
import { makeQueryClient } from "../api/queries";
import { readConfig, type StudioConfig } from "../auth/config";
import { ErrorBoundary } from "../components/ErrorBoundary";
import { lazyPage } from "../components/lazyPage";
import { Skeleton } from "../components/Notice";
import { Toasts } from "../components/Toasts";
import { say } from "../strings";
import { OfflineBanner } from "./OfflineBanner";
import styles from "./Shell.module.css";
import { ThemeSwitch } from "./ThemeSwitch";

/** The page of share links. Below it the whole address is the link's: no part of the studio is. */
export const SHARED_PATH = "/shared";

const SharedPage = lazyPage(() => import("../features/shared/SharedPage"));

/** What is around a shared page: nothing that signs in, and nothing that leads into the studio. */
export function SharedApp() {
  const [queries] = useState(makeQueryClient);
  const [config] = useState(readConfig);
  return (
    <QueryClientProvider client={queries}>
      <header className={styles.header}>
        <span className={styles.brand}>
          <img src="/favicon.svg" alt="" width={28} height={28} />
          {say.app.name}
        </span>
        <div className={styles.tools}>
          <ThemeSwitch />
        </div>
      </header>
      <OfflineBanner />
      <main id="content" tabIndex={-1} className={styles.main}>
        <ErrorBoundary>
          <Suspense fallback={<Skeleton lines={4} />}>
            <Page config={config} />
          </Suspense>
        </ErrorBoundary>
      </main>
      <Toasts />
    </QueryClientProvider>
  );
}

function Page({ config }: { readonly config: Promise<StudioConfig> }) {
  return <SharedPage apiBase={use(config).apiBasePath} />;
}
