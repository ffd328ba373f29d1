import { useQuery } from "@tanstack/react-query";
import type { ModelView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";

/** The models to choose from, read when the first clip is to be generated. */
export function useModels(needed: boolean): readonly ModelView[] {
  const api = useApi();
  const models = useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => api.listModels({ signal }),
    staleTime: Infinity,
    enabled: needed,
  });
  return models.data?.models ?? [];
}
