import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { UserBudgetView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
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
