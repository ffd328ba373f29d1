import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useEffect, useRef, useState } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { hasKeptSession } from "../auth/Session";
import { forgetAll } from "../auth/signOut";
import {
  AddClips,
  BatchHistory,
  ClipActions,
  ClipSelector,
  CommentsPanel,
  StaleClips,
  VersionHistory,
} from "../features/editor/lazyParts";
import { VideoFields, VideoPicker } from "../features/jobs/lazyParts";
import { say } from "../strings";
import { Button } from "../components/Button";
import { ErrorBoundary } from "../components/ErrorBoundary";
import { Skeleton } from "../components/Notice";
import { Toasts } from "../components/Toasts";
import { useSessionState, useStudio } from "../auth/context";
import { KeyboardSheet } from "./KeyboardSheet";
import { lazyPage, preloadWhenIdle } from "../components/lazyPage";
import { Nav } from "./Nav";
import { NotFoundPage } from "../components/NotFoundPage";
import { OfflineBanner } from "./OfflineBanner";
import { SHARED_PATH } from "./SharedApp";
import { followOtherTabs, makeQueryClient, whenRead } from "../api/queries";
import styles from "./Shell.module.css";
import { ThemeSwitch } from "./ThemeSwitch";
import { useKeptFocus } from "./useKeptFocus";

// Each a file of its own: what is loaded first stays small.
const JobListPage = lazyPage(() => import("../features/jobs/JobListPage"));
const JobPage = lazyPage(() => import("../features/editor/JobPage"));
const ComparePage = lazyPage(() => import("../features/compare/ComparePage"));
const CreateVideoPage = lazyPage(() => import("../features/create/CreateVideoPage"));
const MyVideosPage = lazyPage(() => import("../features/videos/MyVideosPage"));
const QueuePage = lazyPage(() => import("../features/queue/QueuePage"));
const HistoryPage = lazyPage(() => import("../features/history/HistoryPage"));
const StoragePage = lazyPage(() => import("../features/storage/StoragePage"));
const AdminStoragePage = lazyPage(() => import("../features/storage/AdminStoragePage"));
const AccountPage = lazyPage(() => import("../features/account/AccountPage"));
const SignIn = lazyPage(() => import("../auth/SignIn"));
const PAGES = [
  JobListPage,
  JobPage,
  BatchHistory,
  VersionHistory,
  ClipActions,
  ClipSelector,
  AddClips,
  StaleClips,
  CommentsPanel,
  CreateVideoPage,
  MyVideosPage,
  QueuePage,
  ComparePage,
  HistoryPage,
  StoragePage,
  AdminStoragePage,
  AccountPage,
  VideoPicker,
  VideoFields,
  SignIn,
];

// The page of the address is fetched beside the configuration and the session, not after them.
const FIRST_PAGES: readonly [RegExp, Pick<typeof JobListPage, "preload">][] = [
  [/^\/(jobs)?$/, JobListPage],
  [/^\/jobs\/[^/]+\/clips\/[^/]+\/compare$/, ComparePage],
  [/^\/jobs\//, JobPage],
  [/^\/create-video$/, CreateVideoPage],
  [/^\/my-videos$/, MyVideosPage],
];
void FIRST_PAGES.find(([address]) => address.test(location.pathname))?.[1].preload();
if (location.pathname !== SHARED_PATH && !hasKeptSession(localStorage)) void SignIn.preload();

/** The frame around every page; a session that ended leaves the page as it is, under the sign-in. */
export function Shell() {
  const { status, email } = useSessionState();
  const main = useRef<HTMLElement>(null);
  useOtherTabs();
  useKeptFocus(main);
  return (
    <>
      <a className={styles.skip} href="#content">
        {say.app.skip}
      </a>
      <Header />
      <OfflineBanner />
      <main ref={main} id="content" tabIndex={-1} className={styles.main}>
        {(status === "signed-in" || status === "expired") && <Pages key={email} />}
      </main>
      {status !== "signed-in" && status !== "starting" && (
        <ErrorBoundary>
          <Suspense fallback={null}>
            <SignIn key={status} expired={status === "expired"} email={email} />
          </Suspense>
        </ErrorBoundary>
      )}
      <Toasts />
      <KeyboardSheet />
    </>
  );
}

/** The pages of one person: what was read for them is not there for the next. */
function Pages() {
  const [queries] = useState(makeQueryClient);
  const [here] = useLocation();
  useEffect(() => whenRead(queries, () => preloadWhenIdle(PAGES)), [queries]);
  useEffect(() => followOtherTabs(queries), [queries]);
  return (
    <QueryClientProvider client={queries}>
      <ErrorBoundary place={here}>
        <Suspense fallback={<Skeleton lines={2} />}>
          <Switch>
            <Route path="/">
              <Redirect to="/jobs" replace />
            </Route>
            <Route path="/jobs">
              <JobListPage />
            </Route>
            <Route path="/jobs/:jobId/clips/:clipIndex/compare">
              {({ jobId, clipIndex }) => <ComparePage jobId={jobId} clipIndex={Number(clipIndex)} />}
            </Route>
            <Route path="/jobs/:jobId/clips/:clipIndex">
              {({ jobId, clipIndex }) => <JobPage key={jobId} jobId={jobId} openClip={clipIndex} />}
            </Route>
            <Route path="/jobs/:jobId">
              {({ jobId }) => <JobPage key={jobId} jobId={jobId} openClip={null} />}
            </Route>
            <Route path="/create-video">
              <CreateVideoPage />
            </Route>
            <Route path="/my-videos">
              <MyVideosPage />
            </Route>
            <Route path="/queue">
              <QueuePage />
            </Route>
            <Route path="/history">
              <HistoryPage />
            </Route>
            <Route path="/storage">
              <StoragePage />
            </Route>
            <Route path="/account">
              <AccountPage />
            </Route>
            <Route path="/admin/storage">
              <AdminStoragePage />
            </Route>
            <Route>
              <NotFoundPage />
            </Route>
          </Switch>
        </Suspense>
      </ErrorBoundary>
    </QueryClientProvider>
  );
}

function Header() {
  const { session } = useStudio();
  const { status, email, admin } = useSessionState();
  const signedIn = status === "signed-in" || status === "expired";
  return (
    <header className={styles.header}>
      <Link href="/jobs" className={styles.brand}>
        <img src="/favicon.svg" alt={say.app.name} width={28} height={28} />
        <span className={styles.name} aria-hidden="true">
          {say.app.name}
        </span>
      </Link>
      {signedIn && <Nav admin={admin} />}
      <div className={styles.tools}>
        <ThemeSwitch />
        {signedIn && (
          <>
            <span className={styles.email} title={say.app.account(email)}>
              {email}
            </span>
            <Button
              size="small"
              look="quiet"
              onClick={() => {
                forgetAll();
                void session.signOut();
              }}
            >
              {say.app.signOut}
            </Button>
          </>
        )}
      </div>
    </header>
  );
}

function useOtherTabs(): void {
  const { session } = useStudio();
  useEffect(() => {
    const follow = () => {
      void session.followOtherTab().catch(() => undefined);
    };
    addEventListener("storage", follow);
    return () => {
      removeEventListener("storage", follow);
    };
  }, [session]);
}
