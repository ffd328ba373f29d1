import { type RefObject, useEffect, useState } from "react";

/** How far beside what is in sight a picture is asked for, as a share of the list's width. */
const AHEAD = "0px 10%";

/** The newest picture that an item of a list had while it was in sight: no other one is loaded. */
export function useSeenPicture(item: RefObject<HTMLElement | null>, picture: string | null): string | null {
  const [isSeen, setSeen] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    if (item.current === null) return undefined;
    const observer = new IntersectionObserver(
      (changes) => {
        setSeen(changes.at(-1)?.isIntersecting === true);
      },
      { root: item.current.parentElement, rootMargin: AHEAD },
    );
    observer.observe(item.current);
    return () => {
      observer.disconnect();
    };
  }, [item]);
  if (isSeen && shown !== picture) setShown(picture);
  return shown;
}
