import { type Api, dataOf, given } from "./http";
import type { Paging, Reading } from "./requests";
import type {
  BudgetRequest,
  GenerationList,
  JobKind,
  RegenerationStatus,
  StorageReportView,
  UsageView,
  UserBudgetView,
} from "./schema";

export interface GenerationFilter {
  readonly status?: RegenerationStatus;
  readonly kind?: JobKind;
  readonly model?: string;
  /** In UTC, such as `2026-11`. */
  readonly month?: string;
}

/** What is stored and spent, and what may be. */
export class AccountApi {
  constructor(private readonly api: Api) {}

  readUsage(reading: Reading = {}): Promise<UsageView> {
    return dataOf(this.api.GET("/api/v1/usage", { ...reading }));
  }

  /** List what was ever generated and has ended, newest first. */
  listGenerations(
    filter: GenerationFilter = {},
    { signal = null, ...page }: Paging = {},
  ): Promise<GenerationList> {
    const params = { query: given({ ...filter, ...page }) };
    return dataOf(this.api.GET("/api/v1/generations", { params, signal }));
  }

  /** Read what everybody stores; for admins. */
  readStorageReport(reading: Reading = {}): Promise<StorageReportView> {
    return dataOf(this.api.GET("/api/v1/admin/storage", { ...reading }));
  }

  /** Read what a user may store and spend; for admins. */
  readBudget(user_id: string, reading: Reading = {}): Promise<UserBudgetView> {
    const params = { path: { user_id } };
    return dataOf(this.api.GET("/api/v1/admin/budgets/{user_id}", { params, ...reading }));
  }

  /** Set what a user may store and spend; what is left out stays, null is everybody's. For admins. */
  setBudget(user_id: string, body: BudgetRequest): Promise<UserBudgetView> {
    return dataOf(this.api.PUT("/api/v1/admin/budgets/{user_id}", { params: { path: { user_id } }, body }));
  }
}
