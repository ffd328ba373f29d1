import type { VersionView } from "../../api/schema";
import { groupBy } from "../../groups";

/** Takes that one request made of a clip, to choose from; or a take that came by itself. */
export interface TakeGroup {
  readonly key: string;
  readonly versions: readonly VersionView[];
}

/** Put takes of one batch together, where the first of them stands in the list. */
export function groupTakes(versions: readonly VersionView[]): readonly TakeGroup[] {
  const keyOf = ({ takes, batch_id, version_id }: VersionView) =>
    takes > 1 && batch_id !== null ? batch_id : version_id;
  return [...groupBy(versions, keyOf)].map(([key, found]) => ({ key, versions: found }));
}
