import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { GenerationFilter } from "../../api/AccountApi";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";

/** Read the generations that have ended, newest first, page by page. */
export function useGenerations(filter: GenerationFilter) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: keys.generations(filter),
    queryFn: ({ pageParam, signal }) => api.account.listGenerations(filter, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
