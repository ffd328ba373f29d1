import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";

/** The person's projects. */
export function useProjects() {
  const api = useApi();
  return useQuery({
    queryKey: keys.projects,
    queryFn: ({ signal }) => api.listProjects({ signal }),
  });
}
