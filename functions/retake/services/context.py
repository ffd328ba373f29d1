# ruff: noqa: D102 - each name is that of a port, whose class says what it is
"""The ports of one function, as the last argument of every use case (ADR-0049)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a cold start pays for the ports that it uses
    from retake.domain.catalogue import Catalogue
    from retake.domain.limits import Limits
    from retake.domain.model_choices import ModelChoices
    from retake.domain.storage_costs import StorageClass
    from retake.ports.archive import ArchiveEncoder
    from retake.ports.media import (
        Composer,
        MediaProbe,
        Normalizer,
        TakeCutter,
        VideoComparer,
    )
    from retake.ports.objects import ObjectStore
    from retake.ports.people import Alerts, UserDirectory
    from retake.ports.providers import PromptRewriter, VideoProviders
    from retake.ports.system import Clock, Ids
    from retake.ports.workflows import (
        MediaWorkers,
        ScheduleRunner,
        TaskCallbacks,
        WakeUps,
        WorkflowEngine,
        WorkQueue,
    )
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


class Context(Protocol):
    """One attribute for each port and setting; an implementation makes each at its first use.

    A use case takes it last and hands it on whole. The domain never sees it: a decision gets values.
    """

    # Settings
    @property
    def limits(self) -> Limits: ...
    @property
    def archive_class(self) -> StorageClass: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def model_choices(self) -> ModelChoices: ...

    # System
    @property
    def clock(self) -> Clock: ...
    @property
    def ids(self) -> Ids: ...

    # Records
    @property
    def jobs(self) -> JobRepository: ...
    @property
    def usage(self) -> UsageRepository: ...
    @property
    def history(self) -> GenerationHistory: ...
    @property
    def creations(self) -> CreationRepository: ...
    @property
    def projects(self) -> ProjectRepository: ...
    @property
    def templates(self) -> TemplateRepository: ...
    @property
    def schedules(self) -> ScheduleRepository: ...
    @property
    def shares(self) -> ShareRepository: ...
    @property
    def user_events(self) -> UserEvents: ...
    @property
    def downloads(self) -> DownloadRepository: ...
    @property
    def uploads(self) -> UploadRepository: ...
    @property
    def answers(self) -> IdempotencyStore: ...
    @property
    def request_counts(self) -> RequestCounts: ...
    @property
    def times(self) -> GenerationTimes: ...
    @property
    def inventory(self) -> RecordInventory: ...
    @property
    def cursors(self) -> SweepCursors: ...

    # Objects and media
    @property
    def objects(self) -> ObjectStore: ...
    @property
    def probe(self) -> MediaProbe: ...
    @property
    def normalizer(self) -> Normalizer: ...
    @property
    def composer(self) -> Composer: ...
    @property
    def cutter(self) -> TakeCutter: ...
    @property
    def comparer(self) -> VideoComparer: ...
    @property
    def archive_encoder(self) -> ArchiveEncoder: ...

    # Providers
    @property
    def providers(self) -> VideoProviders: ...
    @property
    def prompts(self) -> PromptRewriter: ...

    # Workflows and other functions
    @property
    def workflow(self) -> WorkflowEngine: ...
    @property
    def callbacks(self) -> TaskCallbacks: ...
    @property
    def queue(self) -> WorkQueue: ...
    @property
    def workers(self) -> MediaWorkers: ...
    @property
    def wake_ups(self) -> WakeUps: ...
    @property
    def schedule_runner(self) -> ScheduleRunner: ...

    # People
    @property
    def users(self) -> UserDirectory: ...
    @property
    def alerts(self) -> Alerts: ...
