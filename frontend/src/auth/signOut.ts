const forgetters = new Set<() => void>();

/** Have something forgotten when the user signs out: another one may use this tab next. */
export function forgetAtSignOut(forget: () => void): void {
  forgetters.add(forget);
}

/** Forget what was being written, in every part of the studio. */
export function forgetAll(): void {
  sessionStorage.clear();
  for (const forget of forgetters) forget();
}
