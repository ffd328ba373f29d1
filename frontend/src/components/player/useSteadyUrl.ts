import { useState } from "react";

/**
 * Keep a presigned URL while it works: it is renewed each hour, and a player that is given another one
 * starts anew. It changes with what it shows, and after the player could not read it.
 */
export function useSteadyUrl(
  identity: string,
  url: string,
  refresh: () => void,
): { readonly src: string; readonly onError: () => void } {
  const [shown, setShown] = useState({ identity, url });
  const [failed, setFailed] = useState(false);
  if (shown.identity !== identity || (failed && shown.url !== url)) {
    setShown({ identity, url });
    setFailed(false);
  }
  return {
    src: shown.url,
    onError: () => {
      setFailed(true);
      refresh();
    },
  };
}

/** What a URL leads to, without what is renewed in it. */
export function pathOf(url: string): string {
  return new URL(url, location.href).pathname;
}
