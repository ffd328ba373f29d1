"""What users store, from the counters that the jobs' commits add to; and alerts that are collected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from retake.domain.due import instant, position_in_index
from retake.domain.errors import ConcurrentUpdateError, InvalidRequestError
from retake.domain.spending import NOTHING_SPENT, MonthSpent
from retake.domain.storage_trend import StoredDay
from retake.domain.usage import NOTHING, StoredBytes, UserStorage
from retake.ports.pages import Page
from retake.ports.system import Clock
from retake.ports.usage import ChangedUsage, JobStorage
from tests.fakes.in_memory_jobs import InMemoryJobRepository

T = TypeVar("T")

STORAGE = "STORAGE"
"""The mark of a user's storage record itself, besides those of the counters' parts."""


class InMemoryUsageRepository:
    """A ``UsageRepository`` for tests; ``before_put`` is where somebody else may be faster."""

    def __init__(self, jobs: InMemoryJobRepository, clock: Clock) -> None:
        self._jobs = jobs
        self._clock = clock
        self._users: dict[str, UserStorage] = {}
        self._unsent: dict[str, str] = {}
        self._total = NOTHING
        self._days: dict[date, StoredDay] = {}
        self.before_put: Callable[[], None] = lambda: None

    def get_stored(self, user_id: str) -> StoredBytes:
        return sum(self._jobs.usage.stored.get(user_id, {}).values(), NOTHING)

    def get_storage(self, user_id: str) -> UserStorage:
        return self._users.get(user_id, UserStorage(user_id))

    def put_storage(self, storage: UserStorage) -> UserStorage:
        self.before_put()
        if self.get_storage(storage.user_id).revision != storage.revision:
            raise ConcurrentUpdateError("The user's storage record changed meanwhile.")
        written = storage.written()
        self._users[storage.user_id] = written
        self._total += written.counted - storage.counted
        self._unsent.pop(storage.user_id, None)
        if written.unsent_percents:
            self._unsent[storage.user_id] = position_in_index(self._clock.now(), STORAGE, storage.user_id)
        return written

    def get_month(self, user_id: str, month: str) -> MonthSpent:
        spent = self._jobs.spent.months.get((user_id, month), NOTHING_SPENT)
        return MonthSpent(month, spent, spent.committed)

    def list_months(self, user_id: str, *, since: str) -> Sequence[MonthSpent]:
        months = sorted((month for owner, month in self._jobs.spent.months if owner == user_id), reverse=True)
        found = [self.get_month(user_id, month) for month in months if month >= since]
        return [month for month in found if month.spent != NOTHING_SPENT]

    def get_total(self) -> StoredBytes:
        return self._total

    def put_day(self, day: StoredDay) -> None:
        self._days[day.day] = day

    def list_days(self, *, since: date) -> Sequence[StoredDay]:
        return [self._days[day] for day in sorted(self._days) if day >= since]

    def list_changed(self, *, before: datetime, limit: int) -> Sequence[ChangedUsage]:
        marks = [(mark, user_id, str(part)) for (user_id, part), mark in self._jobs.usage.changed.items()]
        marks += [(mark, user_id, STORAGE) for user_id, mark in self._unsent.items()]
        due = [entry for entry in sorted(marks) if entry[0] < f"{instant(before)}#~"]
        return [ChangedUsage(user_id, (part, mark)) for mark, user_id, part in due][:limit]

    def settle(self, changed: ChangedUsage) -> None:
        part, mark = changed.mark
        if part == STORAGE:
            if self._unsent.get(changed.user_id) == mark:
                del self._unsent[changed.user_id]
            return
        place = (changed.user_id, int(part))
        if self._jobs.usage.changed.get(place) == mark:
            del self._jobs.usage.changed[place]

    def list_users(self, *, limit: int, cursor: str | None) -> Page[UserStorage]:
        users = sorted(self._users.values(), key=lambda user: (user.stored.total, user.user_id), reverse=True)
        return _page(users, limit, cursor)

    def list_largest_jobs(self, *, limit: int, cursor: str | None) -> Page[JobStorage]:
        jobs = sorted(self._jobs.all_jobs(), key=lambda job: (job.counted.total, job.job_id), reverse=True)
        return _page(
            [JobStorage(job.job_id, job.user_id, job.title, job.counted) for job in jobs], limit, cursor
        )


def _page(items: Sequence[T], limit: int, cursor: str | None) -> Page[T]:
    if cursor is not None and not cursor.isdecimal():
        raise InvalidRequestError("'cursor' is not one that this list gave.")
    start = int(cursor or 0)
    return Page(items[start : start + limit], str(start + limit) if len(items) > start + limit else None)


@dataclass
class CollectedAlerts:
    """``Alerts`` that are kept for a test to read; those of one user may fail to be sent."""

    sent: list[tuple[str, int]] = field(default_factory=list)
    deaf_to: str = ""

    def budget_crossed(self, storage: UserStorage, *, percent: int, budget_bytes: int) -> None:
        assert budget_bytes >= 0
        if storage.user_id == self.deaf_to:
            raise OSError("no answer")
        self.sent.append((storage.user_id, percent))
