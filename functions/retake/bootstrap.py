# ruff: noqa: D102 - a property is the port that its type names
"""Makes the ports. Adapters are imported inside the properties: a cold start pays for what it uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from retake.config import (
    ENVIRONMENT_KEY,
    AlertSettings,
    ArchiveSettings,
    BucketSettings,
    CatalogueSettings,
    ClockSettings,
    LimitSettings,
    PromptSettings,
    ProviderEntry,
    ProviderSettings,
    QueueSettings,
    ScheduleRunnerSettings,
    ScheduleSettings,
    TableSettings,
    UserPoolSettings,
    WorkerSettings,
    WorkflowSettings,
    settings,
)
from retake.domain.catalogue import Catalogue
from retake.domain.limits import Limits
from retake.domain.model_choices import ModelChoices
from retake.domain.providers import ProviderState
from retake.domain.storage_costs import StorageClass

if TYPE_CHECKING:
    from retake.adapters.media.ffmpeg import Ffmpeg
    from retake.adapters.providers.registry import Remote
    from retake.ports.media import ArchiveEncoder, Composer, MediaProbe, Normalizer, VideoComparer
    from retake.ports.objects import ObjectStore
    from retake.ports.people import Alerts, UserDirectory
    from retake.ports.providers import PromptRewriter, VideoProvider, VideoProviders
    from retake.ports.system import Clock, Ids
    from retake.ports.table import Table
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
    from retake.storage.requests import GenerationTimes, IdempotencyStore, UploadRepository
    from retake.storage.schedules import ScheduleRepository
    from retake.storage.sweeps import RecordInventory, SweepCursors
    from retake.storage.templates import TemplateRepository
    from retake.storage.usage import UsageRepository
    from retake.storage.user_events import UserEvents


PROMPT_TIMEOUT_S = 10
"""A model rewrites a prompt in two seconds as a rule; a clip must not wait long for it."""


class LambdaContext:
    """The context of a Lambda function: each port is made, and its adapter imported, at its first use."""

    @cached_property
    def _table(self) -> Table:
        from retake.adapters.aws.clients import client
        from retake.adapters.aws.table import DynamoDbTable

        return DynamoDbTable(client("dynamodb"), settings(TableSettings).table_name)

    @cached_property
    def limits(self) -> Limits:
        allowed: Limits = settings(LimitSettings).limits
        return allowed

    @cached_property
    def archive_class(self) -> StorageClass:
        chosen: StorageClass = settings(ArchiveSettings).storage_class
        return chosen

    @cached_property
    def clock(self) -> Clock:
        from retake.adapters.system import FileClock, SystemClock

        file = settings(ClockSettings).file
        return FileClock(Path(file)) if file else SystemClock()

    @cached_property
    def ids(self) -> Ids:
        from retake.adapters.system import RandomIds

        return RandomIds()

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
    def users(self) -> UserDirectory:
        from retake.adapters.aws.clients import client
        from retake.adapters.aws.cognito_users import CognitoUserDirectory

        return CognitoUserDirectory(client("cognito-idp"), settings(UserPoolSettings).pool_id)

    @cached_property
    def alerts(self) -> Alerts:
        from retake.adapters.aws.clients import client
        from retake.adapters.aws.sns_alerts import SnsAlerts

        return SnsAlerts(client("sns"), settings(AlertSettings).topic_arn)

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
    def wake_ups(self) -> WakeUps:
        from retake.adapters.aws.clients import client
        from retake.adapters.aws.eventbridge_wake_ups import EventBridgeWakeUps

        return EventBridgeWakeUps(client("scheduler"), **settings(ScheduleSettings).model_dump())

    @cached_property
    def schedule_runner(self) -> ScheduleRunner:
        from retake.adapters.aws.clients import client
        from retake.adapters.aws.lambda_schedules import LambdaScheduleRunner

        return LambdaScheduleRunner(client("lambda"), settings(ScheduleRunnerSettings).function)

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

    @cached_property
    def objects(self) -> ObjectStore:
        from retake.adapters.aws.clients import client
        from retake.adapters.aws.s3_objects import S3ObjectStore

        return S3ObjectStore(client("s3"), settings(BucketSettings).bucket_name, clock=self.clock)

    @cached_property
    def queue(self) -> WorkQueue:
        from retake.adapters.aws.clients import client
        from retake.adapters.aws.sqs_queue import SqsWorkQueue

        urls = settings(QueueSettings)
        return SqsWorkQueue(
            client("sqs"), submit_url=urls.submit_url, poll_url=urls.poll_url, archive_url=urls.archive_url
        )

    @cached_property
    def workflow(self) -> WorkflowEngine:
        from retake.adapters.aws.clients import client
        from retake.adapters.aws.step_functions import StepFunctionsWorkflowEngine

        arns = settings(WorkflowSettings)
        return StepFunctionsWorkflowEngine(
            client("stepfunctions"),
            regenerate_arn=arns.regenerate_arn,
            prepare_arn=arns.prepare_arn,
            create_arn=arns.create_arn,
        )

    @cached_property
    def callbacks(self) -> TaskCallbacks:
        from retake.adapters.aws.clients import client
        from retake.adapters.aws.step_functions import StepFunctionsCallbacks

        return StepFunctionsCallbacks(client("stepfunctions"))

    @cached_property
    def workers(self) -> MediaWorkers:
        from retake.adapters.aws.lambda_workers import LambdaMediaWorkers, WorkerNames

        names = settings(WorkerSettings)
        return LambdaMediaWorkers(WorkerNames(**names.model_dump()))

    @cached_property
    def ffmpeg(self) -> Ffmpeg:
        from retake.adapters.media.ffmpeg import Ffmpeg

        return Ffmpeg.on_path()

    @cached_property
    def probe(self) -> MediaProbe:
        from retake.adapters.media.probe import FfmpegProbe

        return FfmpegProbe(self.ffmpeg)

    @cached_property
    def normalizer(self) -> Normalizer:
        from retake.adapters.media.normalize import FfmpegNormalizer

        return FfmpegNormalizer(self.ffmpeg, timeout_s=540)

    @cached_property
    def composer(self) -> Composer:
        from retake.adapters.media.stitch.stitcher import Stitcher

        return Stitcher(self.ffmpeg, timeout_s=540)

    @cached_property
    def comparer(self) -> VideoComparer:
        from retake.adapters.media.compare import SsimComparer

        return SsimComparer(self.ffmpeg, timeout_s=20)

    @cached_property
    def archive_encoder(self) -> ArchiveEncoder:
        from retake.adapters.media.archive import FfmpegArchiveEncoder

        return FfmpegArchiveEncoder(self.ffmpeg, timeout_s=600)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return the known models and the installation's own. Raises ``ValueError`` for an unreadable one."""
        from retake.domain.models import MODELS
        from retake.domain.own_models import parse_models

        return Catalogue((*MODELS, *parse_models(settings(CatalogueSettings).own_models)))

    @property
    def model_choices(self) -> ModelChoices:
        """Return the models of the providers that can be used, as of today.

        The default provider's are always among them: its refusal says what it lacks.

        Raises:
            LookupError: If the catalogue has no model of the default provider.
        """
        chosen = settings(ProviderSettings)
        usable = {state.name for state in provider_states() if state.missing is None} | {chosen.provider}
        default = default_model(self.catalogue, chosen.entries()[0])
        return ModelChoices(
            self.catalogue.of_providers(usable), default, self.clock.now().date(), self.limits
        )

    @cached_property
    def prompts(self) -> PromptRewriter:
        from retake.adapters.prompts.merge import MergingPromptRewriter

        model = settings(PromptSettings).model
        if not model:
            return MergingPromptRewriter()
        from retake.adapters.aws.clients import client
        from retake.adapters.prompts.converse import ConversePromptRewriter
        from retake.observability import logger

        return ConversePromptRewriter(
            client=client("bedrock-runtime", read_timeout_s=PROMPT_TIMEOUT_S, attempts=1),
            model=model,
            otherwise=MergingPromptRewriter(),
            warn=lambda reason: logger.warning("prompt merged without the model", model=model, reason=reason),
        )

    @cached_property
    def providers(self) -> VideoProviders:
        from retake.adapters.providers.routing import ConfiguredProviders

        chosen = settings(ProviderSettings)
        entries = {entry.name: entry for entry in chosen.entries()}
        return ConfiguredProviders(
            names=entries,
            default=chosen.provider,
            catalogue=self.catalogue,
            build=lambda name: _build_provider(chosen, entries[name], self),
        )


context = LambdaContext()
"""This function's context. Read it as ``bootstrap.context``: tests put another one in its place."""


def is_transient(error: Exception) -> bool:
    """Whether what failed is AWS, in a way that passes."""
    from retake.adapters.aws.clients import is_transient as judge

    return judge(error)


def default_model(models: Catalogue, entry: ProviderEntry) -> str:
    """Return the model of requests to a provider that name none. Raises ``LookupError`` if there is none."""
    offered = models.of_providers({entry.name}).models
    if entry.model or offered:
        return entry.model or offered[0].name
    raise LookupError(f"The catalogue has no model of the provider {entry.name!r}.")


def provider_states() -> Sequence[ProviderState]:
    """Return the providers, and what those lack that cannot be used."""
    states: Sequence[ProviderState] = settings(ProviderSettings).states()
    return states


def remote_of(
    chosen: ProviderSettings, entry: ProviderEntry, *, bucket_name: str, catalogue: Catalogue
) -> Remote:
    """Return what the settings say of a provider on the network."""
    from retake.adapters.providers.registry import Remote

    return Remote(
        name=entry.name,
        catalogue=catalogue,
        read_key=_key_reader(chosen, entry),
        bucket_name=bucket_name,
        **entry.model_dump(exclude={"name", "kind", "key_reference"}),
    )


def _build_provider(chosen: ProviderSettings, entry: ProviderEntry, ctx: LambdaContext) -> VideoProvider:
    from retake.adapters.providers.registry import build_provider

    remote = remote_of(
        chosen, entry, bucket_name=settings(BucketSettings).bucket_name, catalogue=ctx.catalogue
    )
    font = Path(chosen.font_path) if chosen.font_path else None
    return build_provider(entry.kind_name, objects=ctx.objects, clock=ctx.clock, font=font, remote=remote)


def _key_reader(chosen: ProviderSettings, entry: ProviderEntry) -> Callable[[], str]:
    """Return what reads a provider's key: from where the reference leads, else the environment."""
    source = entry.key_reference.partition(":")[0]
    if source in {"", ENVIRONMENT_KEY}:
        return partial(chosen.plain_key, entry)
    from retake.adapters.aws.secrets import read_secret

    return partial(read_secret, entry.key_reference)
