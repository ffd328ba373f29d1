"""Stored bytes, budgets and spending in answers."""

from collections.abc import Callable

from retake.contracts.usage import (
    ArchivingView,
    BillView,
    BudgetView,
    ClassUsage,
    JobUsage,
    ModelSpending,
    MonthSpending,
    OwnedJobUsage,
    PolicyView,
    PriceView,
    SpendLimitView,
    StorageReportView,
    StoredView,
    TrendDay,
    UsageView,
    UserBudgetView,
    UserUsage,
)
from retake.domain.archive_savings import (
    TARGET_PERCENT,
    TYPICAL_TAKE_BYTES,
    TYPICAL_TAKE_MS,
    ArchiveSavings,
)
from retake.domain.limits import Limits
from retake.domain.platform_cost import most_platform_cost
from retake.domain.storage_costs import US_EAST_1, StorageClass, monthly_cost
from retake.domain.storage_trend import StoredDay
from retake.domain.usage import StoredBytes, UserStorage, percent_of_budget
from retake.services.usage.allowances import SpendLimit
from retake.services.usage.read_storage_report import StorageReport
from retake.services.usage.read_usage import UsageReport


def usage_view(
    report: UsageReport, *, limits: Limits, archive_class: StorageClass, on_aws: bool
) -> UsageView:
    """Return what one user stores."""
    return UsageView(
        budget=budget_view(report.storage, limits),
        stored=stored_view(report.storage.stored, archive_class),
        prices=price_view(archive_class),
        largest_jobs=[
            JobUsage.of(job, stored=stored_view(job.stored, archive_class)) for job in report.largest_jobs
        ],
        spend_limit=spend_limit_view(report.storage, report.spend_limit),
        spending=[
            MonthSpending.of(
                item.spent,
                month=item.month,
                platform_cost=most_platform_cost(item.spent.takes) if on_aws else None,
            )
            for item in report.months
        ],
        models=[ModelSpending.of(item) for item in report.models],
    )


def budget_view(storage: UserStorage, limits: Limits) -> BudgetView:
    """Return a user's budget."""
    used_bytes, budget_bytes = storage.stored.total, storage.budget(limits.storage_budget_bytes)
    return BudgetView(
        user_id=storage.user_id,
        used_bytes=used_bytes,
        budget_bytes=budget_bytes,
        own_budget=storage.budget_bytes is not None,
        percent=percent_of_budget(used_bytes, budget_bytes),
    )


def user_budget_view(storage: UserStorage, seen: SpendLimit, limits: Limits) -> UserBudgetView:
    """Return what one user may store and spend."""
    return UserBudgetView.of(budget_view(storage, limits), spend_limit=spend_limit_view(storage, seen))


def spend_limit_view(storage: UserStorage, seen: SpendLimit) -> SpendLimitView:
    """Return a user's month and the limit that holds in it."""
    spent = seen.account.spent
    return SpendLimitView.of(
        seen,
        month=seen.account.month,
        own_limit=storage.monthly_spend_limit is not None,
        spent=spent.charged,
        reserved=spent.reserved,
    )


def stored_view(stored: StoredBytes, archive_class: StorageClass) -> StoredView:
    """Return bytes with what they cost a month."""
    return StoredView(
        active=_class_usage(stored.active, 0, archive_class),
        archived=_class_usage(0, stored.archived, archive_class),
        total=_class_usage(stored.active, stored.archived, archive_class),
    )


def _class_usage(active: int, archived: int, archive_class: StorageClass) -> ClassUsage:
    return ClassUsage(
        bytes=active + archived, monthly_cost=monthly_cost(active, archived, archive_class=archive_class)
    )


def price_view(archive_class: StorageClass) -> PriceView:
    """Return the prices that amounts are worked out with."""
    return PriceView(
        archive_class=archive_class,
        active_per_gb_month=US_EAST_1.standard.per_gb_month,
        archived_per_gb_month=US_EAST_1.of(archive_class).per_gb_month,
    )


def storage_report_view(
    report: StorageReport,
    *,
    limits: Limits,
    archive_class: StorageClass,
    email_of: Callable[[str], str | None],
) -> StorageReportView:
    """Return what everybody stores.

    Args:
        report: The page of users and the page of jobs that were asked for.
        limits: What is allowed.
        archive_class: Where archived takes lie.
        email_of: Finds a user's email address; asked once for each user of these pages.
    """
    owners = {user.user_id for user in report.users.items} | {job.user_id for job in report.jobs.items}
    emails = {user_id: email_of(user_id) for user_id in owners}
    return StorageReportView(
        stored=stored_view(report.stored, archive_class),
        prices=price_view(archive_class),
        default_budget_bytes=limits.storage_budget_bytes,
        users=[
            UserUsage(
                email=emails[user.user_id],
                budget=budget_view(user, limits),
                stored=stored_view(user.stored, archive_class),
            )
            for user in report.users.items
        ],
        users_cursor=report.users.cursor,
        jobs=[
            OwnedJobUsage.of(job, email=emails[job.user_id], stored=stored_view(job.stored, archive_class))
            for job in report.jobs.items
        ],
        jobs_cursor=report.jobs.cursor,
        archiving=_archiving_view(report.savings),
        policy=_policy_view(report.savings, limits),
        bill=_bill_view(report.savings),
        trend=[_trend_day(day, archive_class) for day in report.trend],
    )


def _trend_day(day: StoredDay, archive_class: StorageClass) -> TrendDay:
    active, archived = day.stored.active, day.stored.archived
    return TrendDay(
        date=day.day,
        active_bytes=active,
        archived_bytes=archived,
        monthly_cost=monthly_cost(active, archived, archive_class=archive_class),
    )


def _archiving_view(savings: ArchiveSavings) -> ArchivingView:
    return ArchivingView.of(
        savings,
        active_bytes_saved=savings.saved_bytes,
        active_saved_percent=savings.saved_percent,
        target_percent=TARGET_PERCENT,
        active_saved_percent_with_deletions=savings.saved_percent_with_deletions,
    )


def _policy_view(savings: ArchiveSavings, limits: Limits) -> PolicyView:
    policy = savings.policy
    return PolicyView.of(
        policy,
        max_active_versions=limits.max_active_versions,
        compression_ratio=None if policy.compression_ratio is None else float(policy.compression_ratio),
    )


def _bill_view(savings: ArchiveSavings) -> BillView:
    bill = savings.bill
    return BillView.of(
        bill,
        take_bytes=TYPICAL_TAKE_BYTES,
        take_duration_ms=TYPICAL_TAKE_MS,
        left_in_standard=bill.standard_until_deleted,
        saved_by_all_archived=savings.saved_until_deletion,
    )
