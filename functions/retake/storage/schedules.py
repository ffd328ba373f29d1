"""Schedules: each write reports to the user, and keeps the list of those that wait, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from retake.domain.due import instant
from retake.domain.kept import KeptIds, KeptKind
from retake.domain.schedule_tracking import events_of_schedule
from retake.domain.schedules import Schedule, ScheduleStatus
from retake.ports.table import BY_OWNER, DUE_WORK, NEW, Condition, Page, Put, Query, Table, unchanged
from retake.storage.items import concurrent_update, find, to_item
from retake.storage.kept import kept_write, read_kept
from retake.storage.layout import SCHEDULE, SCHEDULE_DUE, SCHEDULES, due_before, user_key
from retake.storage.paging import read_all, read_page, read_records
from retake.storage.user_events import feed_writes

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class ScheduleRepository:
    """Schedules by id. Each write adds its events to the user's stream, in the same transaction."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create_schedule(self, schedule: Schedule, *, most: int, most_bytes: int) -> Schedule:
        """Write it, or return the one that already has this id.

        Raises:
            ConcurrentUpdateError: If another event of the user was written at the same moment; try again.
            TooManyKeptError: If ``most`` wait already, also of requests at the same moment.
        """
        found = self.find_schedule(schedule.schedule_id)
        if found is not None:
            return found
        now, read = schedule.created_at, self._read_kept(schedule.user_id)
        after = read.with_files(
            schedule.schedule_id, schedule.reference_bytes, most=most, most_bytes=most_bytes
        )
        self._write(schedule, None, NEW, now, kept_write(after, read=read, now=now))
        return schedule

    def find_schedule(self, schedule_id: str) -> Schedule | None:
        """Return it, or None."""
        return find(self._table, Schedule, (f"{SCHEDULES}{schedule_id}", SCHEDULE))

    def change_schedule(self, schedule: Schedule, *, read: Schedule, now: datetime) -> Schedule:
        """Write a schedule over the one that was read, its revision raised, and return it.

        Raises:
            ConcurrentUpdateError: If it changed since, or another event was written at the same moment.
        """
        changed = replace(schedule, revision=read.revision + 1)
        kept = []
        if read.status is ScheduleStatus.SCHEDULED and changed.status is not ScheduleStatus.SCHEDULED:
            before = self._read_kept(read.user_id)
            kept = [kept_write(before.without_id(read.schedule_id), read=before, now=now)]
        self._write(changed, read, unchanged(read.revision), now, *kept)
        return changed

    def list_schedules(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Schedule]:
        """Return a user's schedules by their time, the last first.

        Raises:
            InvalidRequestError: For a cursor that this list did not give.
        """
        query = Query(user_key(user_id), BY_OWNER, SCHEDULES, newest_first=True)
        return read_page(self._table, Schedule, query, limit=limit, cursor=cursor)

    def list_waiting(self, user_id: str, *, since: datetime) -> Sequence[Schedule]:
        """Return a user's schedules that wait for a time from ``since`` on."""
        bounds = f"{SCHEDULES}{instant(since)}", f"{SCHEDULES}~"
        found = read_records(self._table, Schedule, Query(user_key(user_id), BY_OWNER, between=bounds))
        return [schedule for schedule in found if schedule.status is ScheduleStatus.SCHEDULED]

    def list_overdue(self, *, before: datetime, limit: int) -> Sequence[str]:
        """Return the ids of schedules whose check is due, the oldest first."""
        query = Query(SCHEDULE_DUE, DUE_WORK, between=(" ", due_before(before)))
        return [item["PK"].removeprefix(SCHEDULES) for item in read_all(self._table, query, limit=limit)]

    def _read_kept(self, user_id: str) -> KeptIds:
        kept = read_kept(
            self._table,
            user_id,
            KeptKind.SCHEDULES,
            list_ids=lambda: [item.schedule_id for item in self.list_waiting(user_id, since=LONG_AGO)],
        )
        if kept.sizes is not None:
            return kept
        waiting = self.list_waiting(user_id, since=LONG_AGO)
        sizes = {item.schedule_id: item.reference_bytes for item in waiting if item.reference_bytes}
        return replace(kept, sizes={item: size for item, size in sizes.items() if item in kept.ids})

    def _write(
        self, schedule: Schedule, before: Schedule | None, condition: Condition, now: datetime, *kept: Put
    ) -> None:
        reported = feed_writes(self._table, schedule.user_id, events_of_schedule(before, schedule), now)
        with concurrent_update(f"Schedule {schedule.schedule_id} changed meanwhile."):
            self._table.transact([Put(to_item(schedule, now=now), condition), *reported, *kept])
