import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { UserBudgetView } from "../api/schema";
import { useApi } from "../app/context";
import { keys } from "../app/queries";
import { say } from "../strings";
import { sentenceOf } from "../ui/Notice";
import { toast } from "../ui/toasts";
import { type Limits, ownLimits } from "./limits";

/** Sets what a user may store and spend; for some seconds that can be undone. */
export function useLimits(budget: UserBudgetView) {
  const api = useApi();
  const queries = useQueryClient();
  const { user_id: userId } = budget;
  const before = ownLimits(budget);
  const set = async (limits: Limits) => {
    await api.account.setBudget(userId, limits);
    await queries.invalidateQueries({ queryKey: keys.storageReport });
  };
  return useMutation({
    mutationFn: set,
    onSuccess: () => {
      toast(say.budgets.saved(say.budgets.user(userId)), {
        undo: () => {
          set(before).catch((error: unknown) => {
            toast(sentenceOf(error as Error), { tone: "bad" });
          });
        },
      });
    },
  });
}
