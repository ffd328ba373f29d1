import type { VersionView } from "../api/schema";

/** Takes that one request made of a clip, to choose from; or a take that came by itself. */
export interface TakeGroup {
  readonly key: string;
  readonly versions: readonly VersionView[];
}

/** Put takes of one batch together, where the first of them stands in the list. */
export function groupTakes(versions: readonly VersionView[]): readonly TakeGroup[] {
  const groups = new Map<string, VersionView[]>();
  for (const version of versions) {
    const key = version.takes > 1 && version.batch_id !== null ? version.batch_id : version.version_id;
    groups.set(key, [...(groups.get(key) ?? []), version]);
  }
  return [...groups].map(([key, found]) => ({ key, versions: found }));
}
