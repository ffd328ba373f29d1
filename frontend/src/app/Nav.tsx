import { useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { say } from "../strings";
import styles from "./Nav.module.css";

const ICONS = {
  create: "M12 5v14M5 12h14",
  videos: "M4 6h16v12H4zM10 9.5v5l4.5-2.5z",
  jobs: "M4 5h16v5H4zM4 14h7v5H4zM15 14h5v5h-5z",
  queue: "M4 6h16M4 12h16M4 18h10",
  more: "M5 12h.01M12 12h.01M19 12h.01",
} as const;

/** The parts of the studio: in the header, and on a phone at its foot. */
export function Nav({ admin }: { readonly admin: boolean }) {
  const [here] = useLocation();
  const [open, setOpen] = useState(false);
  const [seen, setSeen] = useState(here);
  if (here !== seen) {
    setSeen(here);
    setOpen(false);
  }
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const close = (event: Event) => {
      const isElsewhere =
        event instanceof KeyboardEvent ? event.key === "Escape" : !isInside(nav.current, event);
      if (isElsewhere) setOpen(false);
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, [open]);
  const rest = ["/history", "/storage", "/account", "/admin/storage"];
  return (
    <nav ref={nav} className={styles.nav} aria-label={say.app.pages}>
      <NavLink to="/create-video" icon="create">
        {say.app.create}
      </NavLink>
      <NavLink to="/my-videos" icon="videos">
        {say.app.myVideos}
      </NavLink>
      <NavLink to="/jobs" icon="jobs">
        {say.app.jobs}
      </NavLink>
      <NavLink to="/queue" icon="queue">
        {say.app.queue}
      </NavLink>
      <button
        type="button"
        className={styles.more}
        aria-expanded={open}
        data-current={rest.some((part) => here.startsWith(part)) || undefined}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <NavIcon name="more" />
        {say.app.morePages}
      </button>
      <div className={styles.rest} data-open={open || undefined}>
        <NavLink to="/history">{say.app.history}</NavLink>
        <NavLink to="/storage">{say.app.storage}</NavLink>
        <NavLink to="/account">{say.app.ownAccount}</NavLink>
        {admin && <NavLink to="/admin/storage">{say.app.allStorage}</NavLink>}
      </div>
    </nav>
  );
}

function isInside(nav: HTMLElement | null, event: Event): boolean {
  return event.target instanceof Node && nav?.contains(event.target) === true;
}

interface NavLinkProps {
  readonly to: string;
  readonly icon?: keyof typeof ICONS;
  readonly children: string;
}

/** A link to a part of the studio, marked while one of its pages is open. */
function NavLink({ to, icon, children }: NavLinkProps) {
  const [here] = useLocation();
  const open = here === to || here.startsWith(`${to}/`);
  return (
    <Link href={to} aria-current={open ? "page" : undefined}>
      {icon && <NavIcon name={icon} />}
      {children}
    </Link>
  );
}

function NavIcon({ name }: { readonly name: keyof typeof ICONS }) {
  return (
    <svg className={styles.icon} viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}
