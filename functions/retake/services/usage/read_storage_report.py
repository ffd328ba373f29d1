"""Read what all users store, for operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from retake.domain.archive_savings import ArchiveSavings, savings_of
from retake.domain.retention_policy import RetentionPolicy
from retake.domain.storage_trend import StoredDay
from retake.domain.usage import JobStorage, StoredBytes, UserStorage
from retake.ports.table import Page
from retake.services.context import Context


@dataclass(frozen=True)
class StorageReport:
    """Totals and the largest, as the minute's look at budgets last saw them."""

    stored: StoredBytes
    users: Page[UserStorage]
    jobs: Page[JobStorage]
    savings: ArchiveSavings
    trend: Sequence[StoredDay]


def read_storage_report(
    ctx: Context, *, page_size: int, users_cursor: str | None, jobs_cursor: str | None, trend_since: date
) -> StorageReport:
    """Read the totals and one page each of users and jobs, and the days: four reads, however many there are.

    Raises:
        InvalidRequestError: For a cursor of another list.
    """
    stored = ctx.usage.get_total()
    policy = RetentionPolicy(
        archive_after_days=ctx.limits.archive_after_days,
        delete_after_days=ctx.limits.delete_after_days,
        archive_class=ctx.archive_class,
        archive_when=ctx.limits.archive_when,
    )
    return StorageReport(
        stored=stored,
        users=ctx.usage.list_users(limit=page_size, cursor=users_cursor),
        jobs=ctx.usage.list_largest_jobs(limit=page_size, cursor=jobs_cursor),
        savings=savings_of(stored, policy),
        trend=ctx.usage.list_days(since=trend_since),
    )
