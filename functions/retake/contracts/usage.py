"""Requests and answers about what is stored and spent, and what may be."""

from datetime import date as Date  # noqa: N812 - a field has the other name

from pydantic import Field

from retake.contracts.common import Contract, Money
from retake.contracts.values import Amount, Whole
from retake.domain.storage_costs import StorageClass

MAX_BUDGET_BYTES = 10**15
MAX_SPEND_LIMIT = 10**9


class ClassUsage(Contract):
    """Bytes in one class of storage."""

    bytes: int
    monthly_cost: Money = Field(description="US dollars for keeping them a month")


class StoredView(Contract):
    """Bytes by class, and all together."""

    active: ClassUsage = Field(description="Takes that play at once, composed videos and sound tracks")
    archived: ClassUsage = Field(description="Old takes, as small as the archive made them")
    total: ClassUsage


class PriceView(Contract):
    """What the amounts are worked out with."""

    archive_class: StorageClass = Field(description="Where archived takes lie")
    active_per_gb_month: Money = Field(description="US dollars; a GB has 2^30 bytes here, as S3 bills")
    archived_per_gb_month: Money


class BudgetView(Contract):
    """A user's budget and how much of it is used. At 100 % nothing new is taken in; nothing is deleted."""

    user_id: str
    used_bytes: int
    budget_bytes: int
    own_budget: bool = Field(description="Whether an admin gave this user another budget than everybody's")
    percent: float


class JobUsage(Contract):
    """What one job stores."""

    job_id: str
    title: str
    stored: StoredView


class MonthSpending(Contract):
    """What takes cost in one month."""

    month: str = Field(description="In UTC", examples=["2026-11"])
    cost: Money = Field(description="US dollars, undiscounted: the versions' costs together")
    charged: Money = Field(description="US dollars, discounted")
    reserved: Money = Field(description="US dollars, for what was accepted then and has not ended")
    takes: int
    platform_cost: Money | None = Field(
        description="What AWS cost the installation for these takes at most, in US dollars; users are "
        "not charged for it. Null on one machine"
    )


class ModelSpending(Contract):
    """What one model cost this month, by its price, and by the provider's own word where it says one."""

    model: str = Field(description="Name in the catalogue")
    generations: int = Field(description="That have ended, of those accepted this month")
    succeeded: int
    estimated: Money = Field(description="US dollars that all of them were priced at before")
    cost: Money = Field(description="US dollars, undiscounted, for those that became takes")
    reported: int = Field(description="Of how many the provider said what it charged")
    reported_cost: Money = Field(description="US dollars that those cost by their price")
    provider_cost: Money = Field(description="US dollars that the provider says it charged for those")


class SpendLimitView(Contract):
    """What may be spent on generations in one month, in US dollars; what would exceed it is refused."""

    month: str = Field(description="In UTC; what is accepted in it is charged to it", examples=["2026-11"])
    limit: Money | None = Field(description="None where there is no limit")
    own_limit: bool = Field(description="Whether an admin gave this user another limit than everybody's")
    spent: Money = Field(description="Charged for takes, discounted")
    reserved: Money = Field(description="For what is accepted and has not ended; given back if it fails")
    left: Money | None = Field(description="None where there is no limit")


class UsageView(Contract):
    """What you store, now and exactly, and what you spent; deleting something does not change that."""

    budget: BudgetView
    stored: StoredView
    prices: PriceView
    largest_jobs: list[JobUsage]
    spend_limit: SpendLimitView
    spending: list[MonthSpending] = Field(description="The last year, newest first")
    models: list[ModelSpending] = Field(description="This month, the dearest first")


class BudgetRequest(Contract):
    """A user's own budget and limit; what is left out stays as it is, and one of them is given."""

    budget_bytes: Whole | None = Field(
        default=None,
        ge=0,
        le=MAX_BUDGET_BYTES,
        description="What the user may store; null for everybody's budget, 0 takes in nothing new",
    )
    monthly_spend_limit: Amount | None = Field(
        default=None,
        ge=0,
        le=MAX_SPEND_LIMIT,
        decimal_places=4,
        description="What the user may spend a month, in US dollars; null for everybody's limit",
    )


class UserBudgetView(BudgetView):
    """What one user may store and spend."""

    spend_limit: SpendLimitView


class UserUsage(Contract):
    """What one user stores."""

    email: str | None = Field(description="None for a user who is gone")
    budget: BudgetView
    stored: StoredView


class OwnedJobUsage(JobUsage):
    """What one job stores, of any user."""

    user_id: str
    email: str | None = Field(description="The user's; None for one who is gone")


class ArchivingView(Contract):
    """What archiving took out of active storage. Fewer bytes there do not mean less money: see ``bill``."""

    active_bytes_saved: int
    active_saved_percent: float = Field(description="Of what active storage would hold without archiving")
    target_percent: int = Field(description="What the product asks for")
    active_saved_percent_with_deletions: float = Field(description="With deleted takes counted as saved too")
    compressed_percent: float = Field(description="How much smaller the archive made them")
    monthly_cost_in_standard: Money = Field(description="Had the archived takes stayed in active storage")
    monthly_cost_in_archive: Money = Field(description="Where they lie, storage alone")


class PolicyView(Contract):
    """The retention policy in force."""

    archive_after_days: int
    delete_after_days: int
    max_active_versions: int
    archive_class: StorageClass
    compression_ratio: float | None = Field(
        description="Archived over active bytes: as measured, or as expected while nothing is archived"
    )


class BillView(Contract):
    """The whole bill of archiving, every charge counted, for a take of one size, until it is deleted.

    Amounts are US dollars; ``warnings`` says why the policy loses money, and is empty where it does not.
    """

    take_bytes: int
    take_duration_ms: int
    archived: bool = Field(description="Whether the policy archives such a take at all")
    before_archiving: Money
    waiting_for_transition: Money
    in_archive_class: Money
    early_deletion: Money = Field(description="The rest of the class's minimum duration")
    requests: Money
    compute: Money = Field(description="Compressing it")
    restore: Money
    total: Money
    left_in_standard: Money = Field(description="The other bill: never archived, deleted the same day")
    saving: Money = Field(description="Negative where archiving costs more than it saves")
    saved_by_all_archived: Money = Field(
        description="The saving of as many such takes as the archived bytes make: an estimate"
    )
    warnings: list[str]


class TrendDay(Contract):
    """What everybody stored on one day."""

    date: Date = Field(description="In UTC; days on which nothing ran are left out")
    active_bytes: int
    archived_bytes: int
    monthly_cost: Money = Field(description="US dollars for keeping that much a month, at the prices of now")


class StorageReportView(Contract):
    """What everybody stores; users and totals as the minute's look at budgets saw them."""

    stored: StoredView
    prices: PriceView
    default_budget_bytes: int
    users: list[UserUsage]
    users_cursor: str | None
    jobs: list[OwnedJobUsage]
    jobs_cursor: str | None
    archiving: ArchivingView
    policy: PolicyView
    bill: BillView
    trend: list[TrendDay] = Field(description="The last days, as each ended, in their order; today as it is")
