const LINK = /^#([A-Za-z0-9_-]{43})$/;

/** The token of an address: it stands behind `#`, which no server is sent. Null where the link is not whole. */
export function tokenOf(hash: string): string | null {
  return LINK.exec(hash)?.[1] ?? null;
}
