import { type Dispatch, useEffect, useReducer } from "react";
import { NOTHING, type Selection, type SelectionAction, selectionReducer } from "./selection";

/** Keep what is being written in this tab, so that leaving the page and coming back loses nothing. */
export function useSelection(jobId: string): [Selection, Dispatch<SelectionAction>] {
  const key = `retake.selection.${jobId}`;
  const [selection, dispatch] = useReducer(selectionReducer, key, read);
  useEffect(() => {
    if (selection === NOTHING) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(selection));
  }, [key, selection]);
  return [selection, dispatch];
}

function read(key: string): Selection {
  const text = sessionStorage.getItem(key);
  return text ? { ...NOTHING, ...(JSON.parse(text) as Partial<Selection>) } : NOTHING;
}
