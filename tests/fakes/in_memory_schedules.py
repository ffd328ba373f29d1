"""Schedules in a dictionary, wake-ups and runs written down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from retake.domain.due import position_in_index
from retake.domain.errors import ConcurrentUpdateError, WorkflowUnavailableError
from retake.domain.kept import KeptIds, KeptKind
from retake.domain.schedule_tracking import events_of_schedule
from retake.domain.schedules import Schedule, ScheduleStatus
from retake.ports.pages import Page
from tests.fakes.in_memory_jobs import InMemoryJobRepository
from tests.fakes.in_memory_pages import page_of


class InMemorySchedules:
    """A ``ScheduleRepository`` for tests; ``before_write`` is where somebody else may be faster."""

    def __init__(self, jobs: InMemoryJobRepository) -> None:
        self._jobs = jobs
        self._stored: dict[str, Schedule] = {}
        self._lock = Lock()
        self.before_write: Callable[[], None] = lambda: None

    def create_schedule(self, schedule: Schedule, *, most: int, most_bytes: int) -> Schedule:
        with self._lock:
            if schedule.schedule_id not in self._stored:
                sizes = {item.schedule_id: item.reference_bytes for item in self._waiting(schedule.user_id)}
                KeptIds(schedule.user_id, KeptKind.SCHEDULES, tuple(sizes), sizes=sizes).with_files(
                    schedule.schedule_id, schedule.reference_bytes, most=most, most_bytes=most_bytes
                )
                self._put(None, schedule, schedule.created_at)
            return self._stored[schedule.schedule_id]

    def find_schedule(self, schedule_id: str) -> Schedule | None:
        return self._stored.get(schedule_id)

    def change_schedule(self, schedule: Schedule, *, read: Schedule, now: datetime) -> Schedule:
        self.before_write()
        with self._lock:
            if self._stored[read.schedule_id].revision != read.revision:
                raise ConcurrentUpdateError("It changed meanwhile.")
            changed = replace(schedule, revision=read.revision + 1)
            self._put(read, changed, now)
            return changed

    def list_schedules(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Schedule]:
        mine = [item for item in self._stored.values() if item.user_id == user_id]
        mine.sort(key=lambda item: (item.at, item.schedule_id), reverse=True)
        return page_of(mine, user_id, limit=limit, cursor=cursor)

    def list_waiting(self, user_id: str, *, since: datetime) -> Sequence[Schedule]:
        return [item for item in self._waiting(user_id) if item.at >= since]

    def _waiting(self, user_id: str) -> Sequence[Schedule]:
        mine = [item for item in self._stored.values() if item.user_id == user_id]
        return [item for item in mine if item.status is ScheduleStatus.SCHEDULED]

    def list_overdue(self, *, before: datetime, limit: int) -> Sequence[str]:
        due = [
            (position_in_index(item.look_at, "SCHEDULE", item.schedule_id), item.schedule_id)
            for item in self._stored.values()
            if item.look_at is not None and item.look_at <= before
        ]
        return [schedule_id for _, schedule_id in sorted(due)[:limit]]

    def _put(self, before: Schedule | None, schedule: Schedule, now: datetime) -> None:
        self._stored[schedule.schedule_id] = schedule
        self._jobs.told.append(schedule.user_id, events_of_schedule(before, schedule), now)


@dataclass
class RecordingWakeUps:
    """``WakeUps`` for tests: what was asked for, and nobody who comes."""

    asked: dict[str, datetime] = field(default_factory=dict)
    refuses: bool = False

    def set_wake_up(self, schedule_id: str, at: datetime) -> None:
        if self.refuses:
            raise WorkflowUnavailableError("It could not be scheduled; nothing was kept. Try again later.")
        self.asked.setdefault(schedule_id, at)

    def drop_wake_up(self, schedule_id: str) -> None:
        self.asked.pop(schedule_id, None)


@dataclass
class RecordingRunner:
    """A ``ScheduleRunner`` for tests."""

    handed_over: list[str] = field(default_factory=list)

    def run_schedule(self, schedule_id: str) -> None:
        self.handed_over.append(schedule_id)
