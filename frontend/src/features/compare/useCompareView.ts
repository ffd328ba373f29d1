import { useSearchParams } from "wouter";
import { type CompareView, viewOf, writeView } from "./view";

/** How two versions are shown, as the address has it, and what changes that: no step of Back for each. */
export function useCompareView(): readonly [CompareView, (change: Partial<CompareView>) => void] {
  const [search, setSearch] = useSearchParams();
  const change = (by: Partial<CompareView>) => {
    setSearch(
      (now) => {
        writeView(now, by);
        return now;
      },
      { replace: true },
    );
  };
  return [viewOf(search), change];
}
