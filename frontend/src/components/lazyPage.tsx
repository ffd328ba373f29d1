import { type ComponentType, type ReactNode, use } from "react";

interface Module<P> {
  readonly default: ComponentType<P>;
}

/** A component whose code is a file of its own. */
export interface LazyPage<P> {
  (props: P): ReactNode;
  /** Fetch the file before the component is shown; a failure is left to the moment when it is. */
  readonly preload: () => Promise<void>;
}

/** The file of a component could not be loaded: no connection, or a newer release has replaced it. */
export class PageLoadError extends Error {
  override readonly name = "PageLoadError";
}

const RELOADED = "retake.reloaded";
const ONCE_IN_MS = 60_000;
const forgetters = new Set<() => void>();

/**
 * Load a component when it is first shown.
 *
 * `React.lazy` keeps a failure for ever; here it is kept until `forgetFailures`. Where the server answers,
 * a missing file means that a newer release is there: then the whole page is loaded again, once.
 */
export function lazyPage<P extends object>(load: () => Promise<Module<P>>): LazyPage<P> {
  let ready: ComponentType<P> | undefined; // shown at once, without waiting for a promise first
  let component: Promise<ComponentType<P>> | undefined;
  const forget = () => {
    component = undefined;
    forgetters.delete(forget);
  };
  const open = async (): Promise<ComponentType<P>> => {
    try {
      return (await load()).default;
    } catch (cause) {
      forgetters.add(forget);
      await reloadOnce();
      throw new PageLoadError("A part of the studio could not be loaded.", { cause });
    }
  };
  const Page = (props: P) => {
    const Component = ready ?? use((component ??= open()));
    return <Component {...props} />;
  };
  const preload = () =>
    load().then(
      (module) => {
        ready = module.default;
      },
      () => undefined,
    );
  return Object.assign(Page, { preload });
}

/** Let components that failed to load be asked for again. */
export function forgetFailures(): void {
  for (const forget of [...forgetters]) forget();
}

/** Whether the server sends the studio's page. */
export async function isReachable(): Promise<boolean> {
  try {
    return (await fetch("/", { cache: "no-store", headers: { Accept: "text/html" } })).ok;
  } catch {
    return false;
  }
}

/** Load the page again; not twice within a minute, as the same file may be missing again. */
async function reloadOnce(): Promise<void> {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - last < ONCE_IN_MS || !(await isReachable())) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
  await new Promise(() => undefined); // nothing is shown between now and the new page
}

const IDLE_TIMEOUT_MS = 5000;
/** Pictures of what is shown first come before what may be shown next. */
const HEAD_START_MS = 1000;

/** Fetch components one after another while the browser has nothing else to do, a moment after the call. */
export function preloadWhenIdle(pages: readonly Pick<LazyPage<never>, "preload">[]): () => void {
  let left = false;
  const next = (place: number) => {
    const page = pages[place];
    if (page === undefined) return;
    whenIdle(() => {
      if (left) return;
      void page.preload().then(() => {
        next(place + 1);
      });
    });
  };
  const timer = setTimeout(() => {
    next(0);
  }, HEAD_START_MS);
  return () => {
    clearTimeout(timer);
    left = true;
  };
}

function whenIdle(work: () => void): void {
  // Safari has no requestIdleCallback.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: IDLE_TIMEOUT_MS });
  else setTimeout(work, 200);
}
