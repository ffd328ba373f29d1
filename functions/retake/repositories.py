# ruff: noqa: D102 - a property is the repository that its type names
"""Makes the repositories of one function; each is imported at its first use, as adapters are."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from retake.config import ClockSettings, RequestSettings, TableSettings, settings

if TYPE_CHECKING:
    from retake.ports.system import Clock
    from retake.ports.table import Table
    from retake.storage.creations import CreationRepository
    from retake.storage.downloads import DownloadRepository
    from retake.storage.history import GenerationHistory
    from retake.storage.jobs import JobRepository
    from retake.storage.projects import ProjectRepository
    from retake.storage.request_counts import RequestCounts
    from retake.storage.requests import GenerationTimes, IdempotencyStore, UploadRepository
    from retake.storage.schedules import ScheduleRepository
    from retake.storage.shares import ShareRepository
    from retake.storage.sweeps import RecordInventory, SweepCursors
    from retake.storage.templates import TemplateRepository
    from retake.storage.usage import UsageRepository
    from retake.storage.user_events import UserEvents


class Repositories:
    """The records of the installation: one repository for each resource, over one table and one clock."""

    @cached_property
    def clock(self) -> Clock:
        from retake.adapters.system import FileClock, SystemClock

        file = settings(ClockSettings).file
        return FileClock(Path(file)) if file else SystemClock()

    @cached_property
    def _table(self) -> Table:
        from retake.adapters.aws.clients import client
        from retake.adapters.aws.table import DynamoDbTable

        return DynamoDbTable(client("dynamodb"), settings(TableSettings).table_name)

    @cached_property
    def jobs(self) -> JobRepository:
        from retake.storage.jobs import JobRepository

        return JobRepository(self._table, clock=self.clock)

    @cached_property
    def usage(self) -> UsageRepository:
        from retake.storage.usage import UsageRepository

        return UsageRepository(self._table, clock=self.clock)

    @cached_property
    def history(self) -> GenerationHistory:
        from retake.storage.history import GenerationHistory

        return GenerationHistory(self._table)

    @cached_property
    def creations(self) -> CreationRepository:
        from retake.storage.creations import CreationRepository

        return CreationRepository(self._table)

    @cached_property
    def projects(self) -> ProjectRepository:
        from retake.storage.projects import ProjectRepository

        return ProjectRepository(self._table)

    @cached_property
    def templates(self) -> TemplateRepository:
        from retake.storage.templates import TemplateRepository

        return TemplateRepository(self._table)

    @cached_property
    def schedules(self) -> ScheduleRepository:
        from retake.storage.schedules import ScheduleRepository

        return ScheduleRepository(self._table)

    @cached_property
    def shares(self) -> ShareRepository:
        from retake.storage.shares import ShareRepository

        return ShareRepository(self._table)

    @cached_property
    def user_events(self) -> UserEvents:
        from retake.storage.user_events import UserEvents

        return UserEvents(self._table)

    @cached_property
    def downloads(self) -> DownloadRepository:
        from retake.storage.downloads import DownloadRepository

        return DownloadRepository(self._table, clock=self.clock)

    @cached_property
    def uploads(self) -> UploadRepository:
        from retake.storage.requests import UploadRepository

        return UploadRepository(self._table, clock=self.clock)

    @cached_property
    def answers(self) -> IdempotencyStore:
        from retake.storage.requests import IdempotencyStore

        return IdempotencyStore(self._table, clock=self.clock)

    @cached_property
    def request_counts(self) -> RequestCounts:
        from retake.storage.request_counts import RequestCounts

        return RequestCounts(self._table, clock=self.clock, most=settings(RequestSettings).a_minute)

    @cached_property
    def times(self) -> GenerationTimes:
        from retake.storage.requests import GenerationTimes

        return GenerationTimes(self._table)

    @cached_property
    def inventory(self) -> RecordInventory:
        from retake.storage.sweeps import RecordInventory

        return RecordInventory(self._table)

    @cached_property
    def cursors(self) -> SweepCursors:
        from retake.storage.sweeps import SweepCursors

        return SweepCursors(self._table)
