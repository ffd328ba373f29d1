"""Every port in memory, and every use case put together on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace

from retake.domain.catalogue import Catalogue, Model
from retake.domain.limits import Limits
from retake.domain.model_choices import ModelChoices
from retake.domain.storage_costs import StorageClass
from retake.services.context import Context
from retake.services.versions.recompose_video import recompose_video
from retake.services.versions.rehydrate_version import rehydrate_version
from retake.storage.creations import CreationRepository
from retake.storage.downloads import DownloadRepository
from retake.storage.history import GenerationHistory
from retake.storage.projects import ProjectRepository
from retake.storage.request_counts import RequestCounts
from retake.storage.requests import GenerationTimes, IdempotencyStore, UploadRepository
from retake.storage.shares import ShareRepository
from retake.storage.sweeps import RecordInventory, SweepCursors
from retake.storage.templates import TemplateRepository
from retake.storage.user_events import UserEvents
from tests.builders import EMAIL, MODELS, USER
from tests.fakes.clocks import FixedClock, SequentialIds
from tests.fakes.collected_alerts import CollectedAlerts
from tests.fakes.context import context_of
from tests.fakes.directed_provider import DirectedProvider
from tests.fakes.fake_media import FakeArchiveEncoder, FakeComposer, FakeCutter, FakeNormalizer
from tests.fakes.hooked_storage import HookedJobs, HookedSchedules, HookedUsage
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.fakes.in_memory_queue import InMemoryQueue
from tests.fakes.in_memory_table import InMemoryTable
from tests.fakes.in_memory_users import InMemoryUserDirectory
from tests.fakes.in_memory_workflow import InMemoryWorkflow, RecordingCallbacks
from tests.fakes.in_process_workers import InProcessMediaWorkers
from tests.fakes.numbered_prompts import NumberedPromptRewriter
from tests.fakes.only_provider import OnlyProvider
from tests.fakes.recorded_schedules import RecordingRunner, RecordingWakeUps
from tests.fakes.saboteur import Saboteur


@dataclass
class World:
    """What survives a crash (stores, queues, the provider), and use cases that may be killed."""

    limits: Limits = field(default_factory=partial(Limits, undelete_minutes=0))
    models: Sequence[Model] = MODELS
    default_model: str = MODELS[0].name
    clock: FixedClock = field(default_factory=FixedClock)
    ids: SequentialIds = field(default_factory=SequentialIds)
    workflow: InMemoryWorkflow = field(default_factory=InMemoryWorkflow)
    callbacks: RecordingCallbacks = field(default_factory=RecordingCallbacks)
    normalizer: FakeNormalizer = field(default_factory=FakeNormalizer)
    composer: FakeComposer = field(default_factory=FakeComposer)
    cutter: FakeCutter = field(default_factory=FakeCutter)
    archive_encoder: FakeArchiveEncoder = field(default_factory=FakeArchiveEncoder)
    table: InMemoryTable = field(default_factory=InMemoryTable)
    wake_ups: RecordingWakeUps = field(default_factory=RecordingWakeUps)
    schedule_runner: RecordingRunner = field(default_factory=RecordingRunner)
    alerts: CollectedAlerts = field(default_factory=CollectedAlerts)
    archive_class: StorageClass = StorageClass.GLACIER_IR
    saboteur: Saboteur = field(default_factory=Saboteur)
    ffmpeg: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(busy_ms=0))

    def __post_init__(self) -> None:
        self.jobs = HookedJobs(self.table, clock=self.clock)
        self.inventory = RecordInventory(self.table)
        self.usage = HookedUsage(self.table, clock=self.clock)
        self.users = InMemoryUserDirectory({USER: EMAIL})
        self.history = GenerationHistory(self.table)
        self.objects = InMemoryObjectStore(now=self.clock.now)
        self.uploads = UploadRepository(self.table, clock=self.clock)
        self.creations = CreationRepository(self.table)
        self.projects = ProjectRepository(self.table)
        self.templates = TemplateRepository(self.table)
        self.shares = ShareRepository(self.table)
        self.downloads = DownloadRepository(self.table, clock=self.clock)
        self.schedules = HookedSchedules(self.table)
        self.user_events = UserEvents(self.table)
        self.answers = IdempotencyStore(self.table, clock=self.clock)
        self.request_counts = RequestCounts(self.table, clock=self.clock, most=0)
        self.times = GenerationTimes(self.table)
        self.cursors = SweepCursors(self.table)
        self.queue = InMemoryQueue(self.clock)
        self.provider = DirectedProvider(self.clock)
        self.prompts = NumberedPromptRewriter()
        self.workers = self.media_workers()

    @property
    def ctx(self) -> Context:
        """The ports of every use case; the saboteur may kill at their calls."""
        return context_of(self)

    @property
    def providers(self) -> OnlyProvider:
        """The one provider, whatever a record names."""
        return OnlyProvider(self.saboteur.wrap(self.provider))

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.models)

    @property
    def model_choices(self) -> ModelChoices:
        """What can be chosen from: see ``tests.builders.MODELS``."""
        return ModelChoices(self.catalogue, self.default_model, self.clock.now().date(), self.limits)

    def media_workers(self) -> InProcessMediaWorkers:
        """The functions that make and read files, called in this process."""
        workers = InProcessMediaWorkers(self.objects, compose=partial(recompose_video, ctx=self.ctx))
        workers.rehydrate_now = partial(rehydrate_version, ctx=self.ctx)
        return workers
