"""What is stored and spent, budgets, and alerts about them.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from retake.domain.spending import MonthSpent
from retake.domain.storage_trend import StoredDay
from retake.domain.usage import StoredBytes, UserStorage
from retake.ports.pages import Page


@dataclass(frozen=True)
class ChangedUsage:
    """A user whose stored bytes changed since the last check.

    Attributes:
        mark: What says so: one part of the counters, at one moment.
    """

    user_id: str
    mark: tuple[str, str]


@dataclass(frozen=True)
class JobStorage:
    """What one job stores, as lists of the largest show it."""

    job_id: str
    user_id: str
    title: str
    stored: StoredBytes


class UsageRepository(Protocol):
    """What users store and spend.

    Counters and months are added to only by ``JobRepository.commit``.
    """

    def get_stored(self, user_id: str) -> StoredBytes:
        """Return what the user stores now, exactly; nothing for an unknown user."""
        ...

    def get_storage(self, user_id: str) -> UserStorage:
        """Return what is known besides; a new record for an unknown user."""
        ...

    def put_storage(self, storage: UserStorage) -> UserStorage:
        """Write the record with its revision raised, and return it.

        Raises:
            ConcurrentUpdateError: If it changed since it was read.
        """
        ...

    def get_month(self, user_id: str, month: str) -> MonthSpent:
        """Return what the user spends in a month (``2026-11``), exactly; nothing for an unknown user."""
        ...

    def list_months(self, user_id: str, *, since: str) -> Sequence[MonthSpent]:
        """Return the user's months from ``since`` on in which there is something, newest first."""
        ...

    def get_total(self) -> StoredBytes:
        """Return what all users store together, each as it was when last written."""
        ...

    def put_day(self, day: StoredDay) -> None:
        """Write what all users stored together on a day, over what was written of it before."""
        ...

    def list_days(self, *, since: date) -> Sequence[StoredDay]:
        """Return the days of which something was written, from ``since`` on, in their order."""
        ...

    def list_changed(self, *, before: datetime, limit: int) -> Sequence[ChangedUsage]:
        """Return who needs a look, oldest first.

        Those are users whose counters changed and were not settled since, one entry a changed part,
        and users with ``unsent_percents``.
        """
        ...

    def settle(self, changed: ChangedUsage) -> None:
        """Strike the mark, unless the counters changed again."""
        ...

    def list_users(self, *, limit: int, cursor: str | None) -> Page[UserStorage]:
        """Return users by what they stored when last looked at, the largest first.

        They come from an index: good for a list, not for ``put_storage``.
        """
        ...

    def list_largest_jobs(self, *, limit: int, cursor: str | None) -> Page[JobStorage]:
        """Return everybody's jobs by what they store, the largest first."""
        ...


class Alerts(Protocol):
    """Sends alerts that the operators subscribed to."""

    def budget_crossed(self, storage: UserStorage, *, percent: int, budget_bytes: int) -> None:
        """Announce that a user reached ``percent`` of the budget."""
        ...
