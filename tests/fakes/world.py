"""Every port in memory, and every use case put together on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from retake.domain.catalogue import Catalogue, Model
from retake.domain.limits import Limits
from retake.domain.storage_costs import StorageClass
from retake.services.downloads.ask_download import AskDownload
from retake.services.downloads.pack_download import PackDownload
from retake.services.generation.ingest_clip import IngestClip
from retake.services.generation.poll_generation import PollGeneration
from retake.services.generation.submit_generation import SubmitGeneration
from retake.services.jobs.create_job import CreateJob
from retake.services.jobs.plan_job import PlanJob
from retake.services.retention.sweep_orphans import SweepOrphans
from retake.services.retention.sweep_versions import SweepVersions
from retake.services.upkeep.reconcile import Reconcile
from retake.services.usage.check_budgets import CheckBudgets
from retake.services.versions.archive_version import ArchiveVersion
from retake.services.versions.recompose_video import RecomposeVideo
from retake.services.versions.rehydrate_take import RehydrateTake
from retake.services.versions.rehydrate_version import RehydrateVersion
from retake.services.versions.restore_version import RestoreVersion
from retake.services.videos.create_videos import CreateVideos
from retake.services.videos.generate_again import GenerateAgain
from retake.services.videos.plan_videos import ModelChoices
from retake.services.videos.resume_video import ResumeVideo
from retake.services.videos.retry_video import RetryVideo
from tests.builders import EMAIL, MODELS, USER
from tests.fakes.clocks import FixedClock, SequentialIds
from tests.fakes.directed_provider import DirectedProvider
from tests.fakes.fake_media import FakeArchiveEncoder, FakeComposer, FakeNormalizer
from tests.fakes.in_memory_downloads import InMemoryDownloads
from tests.fakes.in_memory_history import InMemoryGenerationHistory
from tests.fakes.in_memory_jobs import InMemoryJobRepository
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.fakes.in_memory_queue import InMemoryQueue
from tests.fakes.in_memory_requests import InMemoryAnswers, InMemoryTimes, InMemoryUploads
from tests.fakes.in_memory_schedules import InMemorySchedules, RecordingRunner, RecordingWakeUps
from tests.fakes.in_memory_sweeps import InMemoryRecordInventory, InMemorySweepCursors
from tests.fakes.in_memory_templates import InMemoryTemplates
from tests.fakes.in_memory_usage import CollectedAlerts, InMemoryUsageRepository
from tests.fakes.in_memory_users import InMemoryUserDirectory
from tests.fakes.in_memory_videos import (
    InMemoryCreations,
    InMemoryProjects,
    InMemoryUserEvents,
)
from tests.fakes.in_memory_workflow import InMemoryWorkflow, RecordingCallbacks
from tests.fakes.in_process_workers import InProcessMediaWorkers
from tests.fakes.numbered_prompts import NumberedPromptRewriter
from tests.fakes.only_provider import OnlyProvider
from tests.fakes.saboteur import Saboteur


@dataclass
class World:
    """What survives a crash (stores, queues, the provider), and use cases that may be killed."""

    limits: Limits = field(default_factory=Limits)
    models: Sequence[Model] = MODELS
    default_model: str = MODELS[0].name
    clock: FixedClock = field(default_factory=FixedClock)
    ids: SequentialIds = field(default_factory=SequentialIds)
    workflow: InMemoryWorkflow = field(default_factory=InMemoryWorkflow)
    callbacks: RecordingCallbacks = field(default_factory=RecordingCallbacks)
    normalizer: FakeNormalizer = field(default_factory=FakeNormalizer)
    composer: FakeComposer = field(default_factory=FakeComposer)
    encoder: FakeArchiveEncoder = field(default_factory=FakeArchiveEncoder)
    times: InMemoryTimes = field(default_factory=InMemoryTimes)
    cursors: InMemorySweepCursors = field(default_factory=InMemorySweepCursors)
    wake_ups: RecordingWakeUps = field(default_factory=RecordingWakeUps)
    schedule_runner: RecordingRunner = field(default_factory=RecordingRunner)
    alerts: CollectedAlerts = field(default_factory=CollectedAlerts)
    archive_class: StorageClass = StorageClass.GLACIER_IR
    saboteur: Saboteur = field(default_factory=Saboteur)

    def __post_init__(self) -> None:
        self.jobs = InMemoryJobRepository(self.clock)
        self.inventory = InMemoryRecordInventory(self.jobs)
        self.usage = InMemoryUsageRepository(self.jobs, self.clock)
        self.users = InMemoryUserDirectory({USER: EMAIL})
        self.history = InMemoryGenerationHistory(self.jobs)
        self.objects = InMemoryObjectStore(now=self.clock.now)
        self.uploads = InMemoryUploads(self.clock)
        self.creations = InMemoryCreations()
        self.projects = InMemoryProjects()
        self.templates = InMemoryTemplates()
        self.downloads = InMemoryDownloads()
        self.schedules = InMemorySchedules(self.jobs)
        self.user_events = InMemoryUserEvents(self.jobs)
        self.answers = InMemoryAnswers(self.clock)
        self.queue = InMemoryQueue(self.clock)
        self.provider = DirectedProvider(self.clock)
        self.prompts = NumberedPromptRewriter()
        self.workers = InProcessMediaWorkers(self.objects, compose=self.recompose_video())
        self.workers.rehydrate_now = self.rehydrate_version()

    @property
    def providers(self) -> OnlyProvider:
        """The one provider, whatever a record names."""
        return OnlyProvider(self.saboteur.wrap(self.provider))

    def offer(self) -> ModelChoices:
        """What can be asked for: see ``tests.builders.MODELS``."""
        return ModelChoices(Catalogue(self.models), self.default_model, self.clock.now().date(), self.limits)

    def create_videos(self) -> CreateVideos:
        return CreateVideos(
            jobs=self.saboteur.wrap(self.jobs),
            creations=self.saboteur.wrap(self.creations),
            projects=self.projects,
            uploads=self.uploads,
            usage=self.usage,
            objects=self.saboteur.wrap(self.objects),
            workers=self.workers,
            workflow=self.saboteur.wrap(self.workflow),
            times=self.times,
            offer=self.offer,
            clock=self.clock,
            ids=self.ids,
            limits=self.limits,
        )

    def create_job(self) -> CreateJob:
        return CreateJob(
            jobs=self.saboteur.wrap(self.jobs),
            usage=self.usage,
            objects=self.saboteur.wrap(self.objects),
            workflow=self.saboteur.wrap(self.workflow),
            times=self.times,
            plan_job=self.plan_job(),
            clock=self.clock,
            ids=self.ids,
            limits=self.limits,
        )

    def plan_job(self) -> PlanJob:
        return PlanJob(
            jobs=self.saboteur.wrap(self.jobs),
            uploads=self.uploads,
            objects=self.saboteur.wrap(self.objects),
            workers=self.workers,
            offer=self.offer,
            limits=self.limits,
        )

    def retry_video(self) -> RetryVideo:
        return RetryVideo(
            jobs=self.saboteur.wrap(self.jobs),
            creations=self.saboteur.wrap(self.creations),
            workflow=self.saboteur.wrap(self.workflow),
            clock=self.clock,
            again=self._generate_again(),
        )

    def resume_video(self) -> ResumeVideo:
        return ResumeVideo(jobs=self.saboteur.wrap(self.jobs), clock=self.clock, again=self._generate_again())

    def _generate_again(self) -> GenerateAgain:
        return GenerateAgain(
            jobs=self.saboteur.wrap(self.jobs),
            creations=self.saboteur.wrap(self.creations),
            usage=self.usage,
            workflow=self.saboteur.wrap(self.workflow),
            times=self.times,
            offer=self.offer,
            clock=self.clock,
            ids=self.ids,
            limits=self.limits,
        )

    def ask_download(self) -> AskDownload:
        return AskDownload(
            downloads=self.saboteur.wrap(self.downloads),
            jobs=self.saboteur.wrap(self.jobs),
            creations=self.creations,
            objects=self.saboteur.wrap(self.objects),
            workers=self.saboteur.wrap(self.workers),
            clock=self.clock,
            ids=self.ids,
            limits=self.limits,
        )

    def pack_download(self) -> PackDownload:
        return PackDownload(
            downloads=self.saboteur.wrap(self.downloads),
            objects=self.saboteur.wrap(self.objects),
            clock=self.clock,
        )

    def submit_generation(self) -> SubmitGeneration:
        return SubmitGeneration(
            jobs=self.saboteur.wrap(self.jobs),
            providers=self.providers,
            prompts=self.saboteur.wrap(self.prompts),
            callbacks=self.saboteur.wrap(self.callbacks),
            queue=self.saboteur.wrap(self.queue),
            clock=self.clock,
            limits=self.limits,
        )

    def poll_generation(self) -> PollGeneration:
        return PollGeneration(
            jobs=self.saboteur.wrap(self.jobs),
            providers=self.providers,
            objects=self.saboteur.wrap(self.objects),
            callbacks=self.saboteur.wrap(self.callbacks),
            queue=self.saboteur.wrap(self.queue),
            workers=self.saboteur.wrap(self.workers),
            models=Catalogue(self.models),
            clock=self.clock,
            limits=self.limits,
        )

    def ingest_clip(self) -> IngestClip:
        return IngestClip(
            jobs=self.saboteur.wrap(self.jobs),
            objects=self.saboteur.wrap(self.objects),
            normalizer=self.normalizer,
            queue=self.saboteur.wrap(self.queue),
            clock=self.clock,
            ids=self.ids,
            limits=self.limits,
            times=self.times,
        )

    def recompose_video(self) -> RecomposeVideo:
        return RecomposeVideo(
            jobs=self.saboteur.wrap(self.jobs),
            objects=self.saboteur.wrap(self.objects),
            composer=self.composer,
            clock=self.clock,
            ids=self.ids,
        )

    def restore_version(self) -> RestoreVersion:
        return RestoreVersion(
            jobs=self.saboteur.wrap(self.jobs),
            workers=self.workers,
            queue=self.saboteur.wrap(self.queue),
            clock=self.clock,
            limits=self.limits,
        )

    def archive_version(self) -> ArchiveVersion:
        return ArchiveVersion(
            jobs=self.saboteur.wrap(self.jobs),
            objects=self.saboteur.wrap(self.objects),
            encoder=self.encoder,
            clock=self.clock,
            ids=self.ids,
        )

    def rehydrate_version(self) -> RehydrateVersion:
        rehydrate = RehydrateTake(
            jobs=self.saboteur.wrap(self.jobs),
            objects=self.saboteur.wrap(self.objects),
            normalizer=self.normalizer,
            encoder=self.encoder,
            clock=self.clock,
            ids=self.ids,
        )
        return RehydrateVersion(
            jobs=self.saboteur.wrap(self.jobs),
            rehydrate=rehydrate,
            workers=self.workers,
            queue=self.saboteur.wrap(self.queue),
            clock=self.clock,
            ids=self.ids,
            limits=self.limits,
        )

    def sweep_versions(self) -> SweepVersions:
        return SweepVersions(
            jobs=self.saboteur.wrap(self.jobs),
            queue=self.saboteur.wrap(self.queue),
            cursors=self.saboteur.wrap(self.cursors),
            clock=self.clock,
            ids=self.ids,
            limits=self.limits,
        )

    def sweep_orphans(self) -> SweepOrphans:
        return SweepOrphans(
            jobs=self.saboteur.wrap(self.jobs),
            inventory=self.inventory,
            objects=self.saboteur.wrap(self.objects),
            cursors=self.saboteur.wrap(self.cursors),
            clock=self.clock,
            ids=self.ids,
            limits=self.limits,
        )

    def reconcile(self) -> Reconcile:
        return Reconcile(
            jobs=self.saboteur.wrap(self.jobs),
            creations=self.creations,
            workflow=self.saboteur.wrap(self.workflow),
            workers=self.workers,
            queue=self.saboteur.wrap(self.queue),
            clock=self.clock,
            ids=self.ids,
            limits=self.limits,
        )

    def check_budgets(self) -> CheckBudgets:
        return CheckBudgets(
            usage=self.saboteur.wrap(self.usage),
            alerts=self.saboteur.wrap(self.alerts),
            events=self.saboteur.wrap(self.user_events),
            clock=self.clock,
            limits=self.limits,
        )
