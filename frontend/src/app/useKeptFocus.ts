import { type RefObject, useEffect } from "react";

const FOCUSABLE =
  "a[href], button, input:not([hidden]), select, textarea, summary, video[controls], [tabindex]:not([tabindex='-1'])";
const NEIGHBOURS = 12;

/**
 * Keep the keyboard focus near where it was when the element that has it is taken out of the page: at the
 * next element that can have it, else at the one before. A browser would start again at the top.
 */
export function useKeptFocus(within: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const main = within.current;
    if (main === null) return undefined;
    let focused: HTMLElement | null = null;
    let neighbours: readonly HTMLElement[] = [];

    const note = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return;
      const all = [...main.querySelectorAll<HTMLElement>(FOCUSABLE)];
      const place = all.indexOf(target);
      focused = target;
      neighbours = [
        ...all.slice(place + 1, place + 1 + NEIGHBOURS),
        ...all.slice(Math.max(0, place - NEIGHBOURS), Math.max(0, place)).reverse(),
      ];
    };
    const forget = ({ target }: FocusEvent) => {
      // A removal may report a blur as well; then the element is out of the page a moment later.
      queueMicrotask(() => {
        if (target === focused && focused?.isConnected) focused = null;
      });
    };
    const restore = () => {
      if (focused === null || focused.isConnected || document.activeElement !== document.body) return;
      focused = null;
      const next = neighbours.find((one) => one.isConnected && one.checkVisibility());
      (next ?? main).focus({ preventScroll: true });
    };
    const observer = new MutationObserver(restore);
    observer.observe(main, { childList: true, subtree: true });
    main.addEventListener("focusin", note);
    main.addEventListener("focusout", forget);
    return () => {
      observer.disconnect();
      main.removeEventListener("focusin", note);
      main.removeEventListener("focusout", forget);
    };
  }, [within]);
}
