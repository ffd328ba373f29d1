import { useEffect } from "react";
import { say } from "../strings";

/** Name the browser's tab after the page. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${say.app.name}`;
  }, [title]);
}
