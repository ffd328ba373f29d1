import { describe, expect, it } from "vitest";
import type { UserBudgetView } from "../../api/schema";
import { draftOf, isNumberOrEmpty, limitsOf } from "./limits";

const budget = (own_budget: boolean, budget_bytes: number, own_limit: boolean, limit: number | null) =>
  ({ own_budget, budget_bytes, spend_limit: { own_limit, limit } }) as UserBudgetView;

describe("a user's limits", () => {
  it("are shown where they are the user's own, and come back as they were", () => {
    const own = budget(true, 2_500_000_000, true, 12.5);
    expect(draftOf(own)).toEqual({ gigabytes: "2.5", dollars: "12.5" });
    expect(limitsOf(draftOf(own))).toEqual({ budget_bytes: 2_500_000_000, monthly_spend_limit: 12.5 });
  });

  it("are empty where everybody's hold, and nothing is everybody's, not zero", () => {
    expect(draftOf(budget(false, 100, false, 9))).toEqual({ gigabytes: "", dollars: "" });
    expect(limitsOf({ gigabytes: " ", dollars: "0" })).toEqual({
      budget_bytes: null,
      monthly_spend_limit: 0,
    });
  });

  it("are numbers", () => {
    expect(["", "0", "2.5", " 7 "].every(isNumberOrEmpty)).toBe(true);
    expect(["-1", "much", "1,5", "1e9", "."].some(isNumberOrEmpty)).toBe(false);
  });
});
