"""The repositories of a world, with a place before their writes where another request may be faster."""

from collections.abc import Callable, Sequence
from datetime import datetime

from retake.domain.changes import Change
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.schedules import Schedule
from retake.domain.usage import UserStorage
from retake.ports.system import Clock
from retake.ports.table import Delete, Put, Table
from retake.storage.items import to_item
from retake.storage.jobs import JobRepository
from retake.storage.layout import JOB, job_key
from retake.storage.schedules import ScheduleRepository
from retake.storage.usage import UsageRepository
from tests.fakes.whole_table import records_of


class HookedJobs(JobRepository):
    """Jobs, with ``before_commit`` and what tests ask of all of them."""

    def __init__(self, table: Table, *, clock: Clock) -> None:
        super().__init__(table, clock=clock)
        self.before_commit: Callable[[], None] = lambda: None

    def commit(self, change: Change, *, now: datetime) -> Job:
        self.before_commit()
        return super().commit(change, now=now)

    def all_jobs(self) -> Sequence[Job]:
        """Return every job."""
        return records_of(self._table, Job)

    def all_deletions(self) -> Sequence[Deletion]:
        """Return the whole ledger."""
        return records_of(self._table, Deletion)

    def overwrite_job(self, job: Job) -> Job:
        """Write a job behind the back of every commit."""
        self._table.write(Put(to_item(job, now=self._clock.now())))
        return job

    def lose_job(self, job_id: str) -> None:
        """Remove the job alone, as a purge would that took it first and died."""
        self._table.write(Delete((job_key(job_id), JOB)))


class HookedUsage(UsageRepository):
    """What users store, with ``before_put``."""

    def __init__(self, table: Table, *, clock: Clock) -> None:
        super().__init__(table, clock=clock)
        self.before_put: Callable[[], None] = lambda: None

    def put_storage(self, storage: UserStorage) -> UserStorage:
        self.before_put()
        return super().put_storage(storage)


class HookedSchedules(ScheduleRepository):
    """Schedules, with ``before_write``."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.before_write: Callable[[], None] = lambda: None

    def change_schedule(self, schedule: Schedule, *, read: Schedule, now: datetime) -> Schedule:
        self.before_write()
        return super().change_schedule(schedule, read=read, now=now)
