import { useEffect, useState } from "react";

/** Whether the page is visible: a tab in the background needs no news. */
export function usePageIsSeen(): boolean {
  const [seen, setSeen] = useState(!document.hidden);
  useEffect(() => {
    const look = () => {
      setSeen(!document.hidden);
    };
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return seen;
}
