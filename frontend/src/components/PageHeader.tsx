import styles from "./PageHeader.module.css";
import { usePageTitle } from "./usePageTitle";

interface PageHeaderProps {
  readonly title: string;
  readonly lead: string;
}

/** What a page is for; the browser's tab is named after it. */
export function PageHeader({ title, lead }: PageHeaderProps) {
  usePageTitle(title);
  return (
    <header>
      <h1>{title}</h1>
      <p className={styles.lead}>{lead}</p>
    </header>
  );
}
