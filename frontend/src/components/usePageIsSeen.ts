import { useEffect, useState } from "react";

/** Whether somebody can see the page: a tab in the background needs no news. */
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
