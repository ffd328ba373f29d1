import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { TemplateView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";

/** The person's templates, by name. */
export function useTemplates() {
  const api = useApi();
  return useQuery({
    queryKey: keys.templates,
    queryFn: ({ signal }) => api.templates.list({ signal }),
    select: (found) => [...found].sort((a, b) => a.name.localeCompare(b.name)),
  });
}

/** Deletes a template when the offer to undo it is gone. */
export function useTemplateRemoval(): (template: TemplateView) => void {
  const api = useApi();
  const queries = useQueryClient();
  const readAgain = () => queries.invalidateQueries({ queryKey: keys.templates });
  const removal = useMutation({
    mutationFn: (id: string) => api.templates.delete(id),
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
    onSettled: readAgain,
  });
  return ({ template_id: id, name }) => {
    queries.setQueryData<readonly TemplateView[]>(keys.templates, (found) =>
      found?.filter(({ template_id }) => template_id !== id),
    );
    toast(say.templates.deleted(name), {
      undo: () => void readAgain(),
      onGone: () => {
        removal.mutate(id);
      },
    });
  };
}
