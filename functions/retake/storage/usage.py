"""What users store: counters in parts, added to by the transactions that change them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeVar

from retake.domain.changes import FinalChange
from retake.domain.spending import MonthSpent
from retake.domain.storage_trend import StoredDay
from retake.domain.usage import NOTHING, StoredBytes, UserStorage, usage_shard_of
from retake.ports.pages import Page
from retake.ports.system import Clock
from retake.ports.table import (
    BY_SIZE,
    DUE_WORK,
    ConditionFailedError,
    Put,
    Query,
    Table,
    Update,
    Write,
    equal,
    unchanged,
)
from retake.ports.usage import ChangedUsage, JobStorage
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


class TableUsageRepository:
    """Implements ``UsageRepository``."""

    def __init__(self, table: Table, *, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def get_stored(self, user_id: str) -> StoredBytes:
        return sum(read_records(self._table, StoredBytes, Query(user_key(user_id), prefix=COUNTER)), NOTHING)

    def get_storage(self, user_id: str) -> UserStorage:
        return find(self._table, UserStorage, (user_key(user_id), STORAGE)) or UserStorage(user_id)

    def put_storage(self, storage: UserStorage) -> UserStorage:
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
        return read_month(self._table, user_id, month)

    def list_months(self, user_id: str, *, since: str) -> Sequence[MonthSpent]:
        return read_months(self._table, user_id, since=since)

    def get_total(self) -> StoredBytes:
        return find(self._table, StoredBytes, TOTAL) or NOTHING

    def put_day(self, day: StoredDay) -> None:
        counts = asdict(day.stored) | {"expires_at": int(day.expires_at.timestamp())}
        self._table.write(Put({"PK": ALL_USERS, "SK": f"{DAY}{day.day}", **counts}))

    def list_days(self, *, since: date) -> Sequence[StoredDay]:
        items = read_all(self._table, Query(ALL_USERS, between=(f"{DAY}{since}", f"{DAY}~")))
        return [
            StoredDay(date.fromisoformat(item["SK"].removeprefix(DAY)), from_item(StoredBytes, item))
            for item in items
        ]

    def list_changed(self, *, before: datetime, limit: int) -> Sequence[ChangedUsage]:
        query = Query(USAGE_CHANGED, DUE_WORK, between=(" ", due_before(before)))
        return [
            ChangedUsage(item["PK"].removeprefix(user_key("")), (item["SK"], item["DUESK"]))
            for item in read_all(self._table, query, limit=limit)
        ]

    def settle(self, changed: ChangedUsage) -> None:
        part, mark = changed.mark
        key = user_key(changed.user_id), part
        with suppress(ConditionFailedError):  # the counters changed again
            self._table.write(Update(key, remove=("DUEPK", "DUESK"), condition=equal("DUESK", mark)))

    def list_users(self, *, limit: int, cursor: str | None) -> Page[UserStorage]:
        return self._by_size(UserStorage, USERS_BY_SIZE, limit=limit, cursor=cursor)

    def list_largest_jobs(self, *, limit: int, cursor: str | None) -> Page[JobStorage]:
        page = self._by_size(dict[str, Any], JOBS_BY_SIZE, limit=limit, cursor=cursor)
        return Page([_job_storage(item) for item in page.items], page.cursor)

    def _by_size(self, kind: type[T], partition: str, *, limit: int, cursor: str | None) -> Page[T]:
        query = Query(partition, BY_SIZE, newest_first=True)
        return read_page(self._table, kind, query, limit=limit, cursor=cursor)


def _job_storage(item: dict[str, Any]) -> JobStorage:
    return JobStorage(item["job_id"], item["user_id"], item["title"], StoredBytes(**item["counted"]))
