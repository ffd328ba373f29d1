import type { ReactNode } from "react";
import { PageHeader } from "./PageHeader";
import styles from "./PanelPage.module.css";

interface PanelPageProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}

/** A page of panels, one below the other or in columns. */
export function PanelPage({ title, lead, children }: PanelPageProps) {
  return (
    <div className={styles.page}>
      <PageHeader title={title} lead={lead} />
      {children}
    </div>
  );
}

/** Panels beside each other, as many as the window has room for. */
export function Columns({ children }: { readonly children: ReactNode }) {
  return <div className={styles.columns}>{children}</div>;
}

interface PanelProps {
  readonly title?: string;
  /** Whether what is in it is only as wide as it has to be. */
  readonly narrow?: boolean;
  readonly children: ReactNode;
}

/** One thing that a page shows or asks for; without a title it has a heading in it, or needs none. */
export function Panel({ title, narrow, children }: PanelProps) {
  const Part = title === undefined ? "div" : "section";
  return (
    <Part className={styles.panel} data-narrow={narrow}>
      {title !== undefined && <h2>{title}</h2>}
      {children}
    </Part>
  );
}
