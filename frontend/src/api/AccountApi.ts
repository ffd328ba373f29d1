import type { Http } from "./http";
import { query } from "./paths";
import { type Paging, type Reading, signalOf } from "./requests";
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
  readonly status?: RegenerationStatus | undefined;
  readonly kind?: JobKind | undefined;
  readonly model?: string | undefined;
  /** In UTC, such as `2026-11`. */
  readonly month?: string | undefined;
}

/** What is stored and spent, and what may be. */
export class AccountApi {
  constructor(private readonly http: Http) {}

  readUsage(reading: Reading = {}): Promise<UsageView> {
    return this.http.json("/usage", signalOf(reading));
  }

  /** List what was ever generated and has ended, newest first. */
  listGenerations(filter: GenerationFilter = {}, paging: Paging = {}): Promise<GenerationList> {
    const path = `/generations${query({ ...filter, cursor: paging.cursor, limit: paging.limit })}`;
    return this.http.json(path, signalOf(paging));
  }

  /** Read what everybody stores; for admins. */
  readStorageReport(reading: Reading = {}): Promise<StorageReportView> {
    return this.http.json("/admin/storage", signalOf(reading));
  }

  /** Read what a user may store and spend; for admins. */
  readBudget(userId: string, reading: Reading = {}): Promise<UserBudgetView> {
    return this.http.json(budgetPath(userId), signalOf(reading));
  }

  /** Say what a user may store and spend; what is left out stays, null is everybody's. For admins. */
  setBudget(userId: string, budget: BudgetRequest): Promise<UserBudgetView> {
    return this.http.json(budgetPath(userId), { method: "PUT", body: budget });
  }
}

function budgetPath(userId: string): string {
  return `/admin/budgets/${encodeURIComponent(userId)}`;
}
