"""What users store: counters in parts, added to by the transactions that change them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeVar

from retake.domain.changes import FinalChange
from retake.domain.spending import MonthSpent
from retake.domain.storage_trend import StoredDay
from retake.domain.usage import NOTHING, ChangedUsage, JobStorage, StoredBytes, UserStorage, usage_shard_of
from retake.ports.system import Clock
from retake.ports.table import (
    BY_SIZE,
    DUE_WORK,
    ConditionFailedError,
    Page,
    Put,
    Query,
    Table,
    Update,
    Write,
    equal,
    unchanged,
)
from retake.storage.items import concurrent_update, find, from_item, to_item
from retake.storage.layout import (
    JOBS_BY_SIZE,
    STORAGE,
    USAGE_CHANGED,
    USERS_BY_SIZE,
    due_before,
    usage_mark,
    user_key,
)
from retake.storage.paging import read_all, read_page, read_records
from retake.storage.spending import read_month, read_months

T = TypeVar("T")

COUNTER = "USAGE#"
ALL_USERS = "USAGE"
TOTAL = (ALL_USERS, "TOTAL")
DAY = "DAY#"


def usage_writes(final: FinalChange, now: datetime) -> list[Update]:
    """Return what a commit's transaction writes of the user's counters, if they change.

    The counters are marked, so that the budget is looked at.
    """
    if final.user_stored == NOTHING:
        return []
    user_id, part = final.job.user_id, f"{COUNTER}{usage_shard_of(final.job.job_id)}"
    return [
        Update(
            (user_key(user_id), part), add=asdict(final.user_stored), assign=usage_mark(now, part, user_id)
        )
    ]


class UsageRepository:
    """What users store and spend.

    Counters and months are added to only by ``JobRepository.commit``.
    """

    def __init__(self, table: Table, *, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def get_stored(self, user_id: str) -> StoredBytes:
        """Return what the user stores now, exactly; nothing for an unknown user."""
        return sum(read_records(self._table, StoredBytes, Query(user_key(user_id), prefix=COUNTER)), NOTHING)

    def get_storage(self, user_id: str) -> UserStorage:
        """Return what is known besides; a new record for an unknown user."""
        return find(self._table, UserStorage, (user_key(user_id), STORAGE)) or UserStorage(user_id)

    def put_storage(self, storage: UserStorage) -> UserStorage:
        """Write the record with its revision raised, and return it.

        Raises:
            ConcurrentUpdateError: If it changed since it was read.
        """
        written = storage.written()
        item = to_item(written, now=self._clock.now())
        writes: list[Write] = [Put(item, unchanged(storage.revision))]
        added = written.counted - storage.counted
        if added != NOTHING:
            writes.append(Update(TOTAL, add=asdict(added)))
        with concurrent_update("The user's storage record changed meanwhile."):
            self._table.transact(writes)
        return written

    def get_month(self, user_id: str, month: str) -> MonthSpent:
        """Return what the user spends in a month (``2026-11``), exactly; nothing for an unknown user."""
        return read_month(self._table, user_id, month)

    def list_months(self, user_id: str, *, since: str) -> Sequence[MonthSpent]:
        """Return the user's months from ``since`` on in which there is something, newest first."""
        return read_months(self._table, user_id, since=since)

    def get_total(self) -> StoredBytes:
        """Return what all users store together, each as it was when last written."""
        return find(self._table, StoredBytes, TOTAL) or NOTHING

    def put_day(self, day: StoredDay) -> None:
        """Write what all users stored together on a day, over what was written of it before."""
        counts = asdict(day.stored) | {"expires_at": int(day.expires_at.timestamp())}
        self._table.write(Put({"PK": ALL_USERS, "SK": f"{DAY}{day.day}", **counts}))

    def list_days(self, *, since: date) -> Sequence[StoredDay]:
        """Return the days of which something was written, from ``since`` on, in their order."""
        items = read_all(self._table, Query(ALL_USERS, between=(f"{DAY}{since}", f"{DAY}~")))
        return [
            StoredDay(date.fromisoformat(item["SK"].removeprefix(DAY)), from_item(StoredBytes, item))
            for item in items
        ]

    def list_changed(self, *, before: datetime, limit: int) -> Sequence[ChangedUsage]:
        """Return who needs a look, oldest first.

        Those are users whose counters changed and were not settled since, one entry a changed part,
        and users with ``unsent_percents``.
        """
        query = Query(USAGE_CHANGED, DUE_WORK, between=(" ", due_before(before)))
        return [
            ChangedUsage(item["PK"].removeprefix(user_key("")), (item["SK"], item["DUESK"]))
            for item in read_all(self._table, query, limit=limit)
        ]

    def settle(self, changed: ChangedUsage) -> None:
        """Remove the mark of a changed user, unless the counters changed again."""
        part, mark = changed.mark
        key = user_key(changed.user_id), part
        with suppress(ConditionFailedError):  # the counters changed again
            self._table.write(Update(key, remove=("DUEPK", "DUESK"), condition=equal("DUESK", mark)))

    def list_users(self, *, limit: int, cursor: str | None) -> Page[UserStorage]:
        """Return users by what they stored when last looked at, the largest first.

        They come from an index: good for a list, not for ``put_storage``.
        """
        return self._by_size(UserStorage, USERS_BY_SIZE, limit=limit, cursor=cursor)

    def list_largest_jobs(self, *, limit: int, cursor: str | None) -> Page[JobStorage]:
        """Return everybody's jobs by what they store, the largest first."""
        page = self._by_size(dict[str, Any], JOBS_BY_SIZE, limit=limit, cursor=cursor)
        return Page([_job_storage(item) for item in page.items], page.cursor)

    def _by_size(self, kind: type[T], partition: str, *, limit: int, cursor: str | None) -> Page[T]:
        query = Query(partition, BY_SIZE, newest_first=True)
        return read_page(self._table, kind, query, limit=limit, cursor=cursor)


def _job_storage(item: dict[str, Any]) -> JobStorage:
    return JobStorage(item["job_id"], item["user_id"], item["title"], StoredBytes(**item["counted"]))
