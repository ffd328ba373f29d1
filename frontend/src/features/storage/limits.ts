import type { UserBudgetView } from "../../api/schema";

const GB = 10 ** 9;

/** Limits as they are typed; empty is everybody's. */
export interface LimitsDraft {
  readonly gigabytes: string;
  readonly dollars: string;
}

/** A user's own limits; null is everybody's. */
export interface Limits {
  readonly budget_bytes: number | null;
  readonly monthly_spend_limit: number | null;
}

/** The limits that are the user's own now. */
export function ownLimits({ own_budget, budget_bytes, spend_limit }: UserBudgetView): Limits {
  return {
    budget_bytes: own_budget ? budget_bytes : null,
    monthly_spend_limit: spend_limit.own_limit ? spend_limit.limit : null,
  };
}

export function draftOf(budget: UserBudgetView): LimitsDraft {
  const own = ownLimits(budget);
  return {
    gigabytes: own.budget_bytes === null ? "" : String(own.budget_bytes / GB),
    dollars: own.monthly_spend_limit === null ? "" : String(own.monthly_spend_limit),
  };
}

export function isNumberOrEmpty(text: string): boolean {
  return text.trim() === "" || /^\d+(\.\d+)?$/.test(text.trim());
}

export function limitsOf({ gigabytes, dollars }: LimitsDraft): Limits {
  return {
    budget_bytes: gigabytes.trim() === "" ? null : Math.round(Number(gigabytes) * GB),
    monthly_spend_limit: dollars.trim() === "" ? null : Number(dollars),
  };
}
