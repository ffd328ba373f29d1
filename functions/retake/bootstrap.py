"""Puts the parts together. Adapters are imported inside the factories: a cold start pays for its own."""

from collections.abc import Callable, Sequence
from functools import cache, partial
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
from retake.domain.providers import ProviderState
from retake.domain.storage_costs import StorageClass
from retake.ports.downloads import DownloadRepository
from retake.ports.history import GenerationHistory
from retake.ports.jobs import JobRepository
from retake.ports.media import ArchiveEncoder, Composer, MediaProbe, Normalizer, VideoComparer
from retake.ports.objects import ObjectStore
from retake.ports.providers import PromptRewriter, VideoProvider, VideoProviders
from retake.ports.requests import GenerationTimes, IdempotencyStore, UploadRepository
from retake.ports.schedules import ScheduleRepository, ScheduleRunner, WakeUps
from retake.ports.sweeps import RecordInventory, SweepCursors
from retake.ports.system import Clock, Ids
from retake.ports.templates import TemplateRepository
from retake.ports.usage import Alerts, UsageRepository
from retake.ports.users import UserDirectory
from retake.ports.videos import CreationRepository, ProjectRepository, UserEvents
from retake.ports.workers import MediaWorkers
from retake.ports.workflows import TaskCallbacks, WorkflowEngine, WorkQueue

if TYPE_CHECKING:
    from retake.adapters.media.ffmpeg import Ffmpeg
    from retake.adapters.providers.registry import Remote
    from retake.services.videos.plan_videos import ModelChoices


PROMPT_TIMEOUT_S = 10
"""A model that words a prompt in two seconds as a rule; a clip must not wait long for it."""


def is_transient(error: Exception) -> bool:
    """Whether what failed is AWS, in a way that passes."""
    from retake.adapters.aws.clients import is_transient as judge

    return judge(error)


@cache
def limits() -> Limits:
    """Return what is allowed."""
    allowed: Limits = settings(LimitSettings).limits
    return allowed


def archive_class() -> StorageClass:
    """Return the storage class that old takes move to."""
    chosen: StorageClass = settings(ArchiveSettings).storage_class
    return chosen


@cache
def clock() -> Clock:
    """Return the clock."""
    from retake.adapters.system import FileClock, SystemClock

    file = settings(ClockSettings).file
    return FileClock(Path(file)) if file else SystemClock()


@cache
def ids() -> Ids:
    """Return the source of identifiers."""
    from retake.adapters.system import RandomIds

    return RandomIds()


@cache
def jobs() -> JobRepository:
    """Return the jobs."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_jobs import DynamoDbJobRepository

    return DynamoDbJobRepository(client("dynamodb"), settings(TableSettings).table_name, clock=clock())


@cache
def usage() -> UsageRepository:
    """Return what users store and spend."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_usage import DynamoDbUsageRepository

    return DynamoDbUsageRepository(client("dynamodb"), settings(TableSettings).table_name, clock=clock())


@cache
def history() -> GenerationHistory:
    """Return what was ever generated."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_history import DynamoDbGenerationHistory

    return DynamoDbGenerationHistory(client("dynamodb"), settings(TableSettings).table_name)


@cache
def users() -> UserDirectory:
    """Return the people who may sign in."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.cognito_users import CognitoUserDirectory

    return CognitoUserDirectory(client("cognito-idp"), settings(UserPoolSettings).pool_id)


@cache
def alerts() -> Alerts:
    """Return what tells the operators."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.sns_alerts import SnsAlerts

    return SnsAlerts(client("sns"), settings(AlertSettings).topic_arn)


@cache
def creations() -> CreationRepository:
    """Return what people asked videos for."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_videos import DynamoDbCreationRepository

    return DynamoDbCreationRepository(client("dynamodb"), settings(TableSettings).table_name)


@cache
def projects() -> ProjectRepository:
    """Return the projects."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_projects import DynamoDbProjectRepository

    return DynamoDbProjectRepository(client("dynamodb"), settings(TableSettings).table_name)


@cache
def templates() -> TemplateRepository:
    """Return the templates."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_templates import DynamoDbTemplateRepository

    return DynamoDbTemplateRepository(client("dynamodb"), settings(TableSettings).table_name)


@cache
def schedules() -> ScheduleRepository:
    """Return the schedules."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_schedules import DynamoDbScheduleRepository

    return DynamoDbScheduleRepository(client("dynamodb"), settings(TableSettings).table_name)


@cache
def wake_ups() -> WakeUps:
    """Return what has schedules started at their times."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.eventbridge_wake_ups import EventBridgeWakeUps

    return EventBridgeWakeUps(client("scheduler"), **settings(ScheduleSettings).model_dump())


@cache
def schedule_runner() -> ScheduleRunner:
    """Return the function that starts schedules."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.lambda_schedules import LambdaScheduleRunner

    return LambdaScheduleRunner(client("lambda"), settings(ScheduleRunnerSettings).function)


@cache
def user_events() -> UserEvents:
    """Return what users were told."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_user_events import DynamoDbUserEvents

    return DynamoDbUserEvents(client("dynamodb"), settings(TableSettings).table_name)


@cache
def downloads() -> DownloadRepository:
    """Return the archives that are downloaded."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_downloads import DynamoDbDownloadRepository

    return DynamoDbDownloadRepository(client("dynamodb"), settings(TableSettings).table_name, clock=clock())


@cache
def uploads() -> UploadRepository:
    """Return the uploads."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_requests import DynamoDbUploadRepository

    return DynamoDbUploadRepository(client("dynamodb"), settings(TableSettings).table_name, clock=clock())


@cache
def answers() -> IdempotencyStore:
    """Return the answers given before."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_requests import DynamoDbIdempotencyStore

    return DynamoDbIdempotencyStore(client("dynamodb"), settings(TableSettings).table_name, clock=clock())


@cache
def times() -> GenerationTimes:
    """Return how long clips took lately."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_requests import DynamoDbGenerationTimes

    return DynamoDbGenerationTimes(client("dynamodb"), settings(TableSettings).table_name)


@cache
def inventory() -> RecordInventory:
    """Return the look through everything in the table."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_sweeps import DynamoDbRecordInventory

    return DynamoDbRecordInventory(client("dynamodb"), settings(TableSettings).table_name)


@cache
def cursors() -> SweepCursors:
    """Return where sweeps go on."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.dynamodb_sweeps import DynamoDbSweepCursors

    return DynamoDbSweepCursors(client("dynamodb"), settings(TableSettings).table_name)


@cache
def objects() -> ObjectStore:
    """Return the object store."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.s3_objects import S3ObjectStore

    return S3ObjectStore(client("s3"), settings(BucketSettings).bucket_name, clock=clock())


@cache
def queue() -> WorkQueue:
    """Return the queues this function was given."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.sqs_queue import SqsWorkQueue

    urls = settings(QueueSettings)
    return SqsWorkQueue(
        client("sqs"), submit_url=urls.submit_url, poll_url=urls.poll_url, archive_url=urls.archive_url
    )


@cache
def workflow() -> WorkflowEngine:
    """Return the workflows this function was given."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.step_functions import StepFunctionsWorkflowEngine

    arns = settings(WorkflowSettings)
    return StepFunctionsWorkflowEngine(
        client("stepfunctions"),
        regenerate_arn=arns.regenerate_arn,
        prepare_arn=arns.prepare_arn,
        create_arn=arns.create_arn,
    )


@cache
def callbacks() -> TaskCallbacks:
    """Return what answers task tokens."""
    from retake.adapters.aws.clients import client
    from retake.adapters.aws.step_functions import StepFunctionsCallbacks

    return StepFunctionsCallbacks(client("stepfunctions"))


@cache
def workers() -> MediaWorkers:
    """Return the functions that this function may call."""
    from retake.adapters.aws.lambda_workers import LambdaMediaWorkers, WorkerNames

    names = settings(WorkerSettings)
    return LambdaMediaWorkers(WorkerNames(**names.model_dump()))


@cache
def ffmpeg() -> "Ffmpeg":
    """Return the ffmpeg of the function's layer."""
    from retake.adapters.media.ffmpeg import Ffmpeg

    return Ffmpeg.on_path()


def probe() -> MediaProbe:
    """Return what looks into files."""
    from retake.adapters.media.probe import FfmpegProbe

    return FfmpegProbe(ffmpeg())


def normalizer() -> Normalizer:
    """Return what makes takes."""
    from retake.adapters.media.normalize import FfmpegNormalizer

    return FfmpegNormalizer(ffmpeg(), timeout_s=540)


def composer() -> Composer:
    """Return what joins takes."""
    from retake.adapters.media.stitch.stitcher import Stitcher

    return Stitcher(ffmpeg(), timeout_s=540)


def comparer() -> VideoComparer:
    """Return what compares takes."""
    from retake.adapters.media.compare import SsimComparer

    return SsimComparer(ffmpeg(), timeout_s=20)


def archive_encoder() -> ArchiveEncoder:
    """Return what makes old takes small."""
    from retake.adapters.media.archive import FfmpegArchiveEncoder

    return FfmpegArchiveEncoder(ffmpeg(), timeout_s=600)


@cache
def catalogue() -> Catalogue:
    """Return the models: those that are known, and the installation's own.

    Raises:
        ValueError: If one of its own cannot be read.
    """
    from retake.domain.models import MODELS
    from retake.domain.own_models import parse_models

    return Catalogue((*MODELS, *parse_models(settings(CatalogueSettings).own_models)))


def offer() -> "ModelChoices":
    """Return what can be asked for now: the models of the providers that lack nothing.

    Those of the default provider are always among them: what it lacks, its refusal says.

    Raises:
        LookupError: If the catalogue has none of the default provider's.
    """
    from retake.services.videos.plan_videos import ModelChoices

    chosen = settings(ProviderSettings)
    usable = {state.name for state in provider_states() if state.missing is None} | {chosen.provider}
    default = default_model(catalogue(), chosen.entries()[0])
    return ModelChoices(catalogue().of_providers(usable), default, clock().now().date(), limits())


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


@cache
def prompts() -> PromptRewriter:
    """Return what words prompts: a model where one is set, else the plain merge."""
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
        tell=lambda reason: logger.warning("prompt merged without the model", model=model, reason=reason),
    )


@cache
def providers() -> VideoProviders:
    """Return the providers that the settings name."""
    from retake.adapters.providers.routing import ConfiguredProviders

    chosen = settings(ProviderSettings)
    entries = {entry.name: entry for entry in chosen.entries()}
    return ConfiguredProviders(
        names=entries,
        default=chosen.provider,
        catalogue=catalogue(),
        build=lambda name: _build_provider(chosen, entries[name]),
    )


def remote_of(chosen: ProviderSettings, entry: ProviderEntry, *, bucket_name: str) -> "Remote":
    """Return what the settings say of a provider on the network."""
    from retake.adapters.providers.registry import Remote

    return Remote(
        name=entry.name,
        catalogue=catalogue(),
        read_key=_key_reader(chosen, entry),
        bucket_name=bucket_name,
        **entry.model_dump(exclude={"name", "kind", "key_reference"}),
    )


def _build_provider(chosen: ProviderSettings, entry: ProviderEntry) -> VideoProvider:
    from retake.adapters.providers.registry import build_provider

    remote = remote_of(chosen, entry, bucket_name=settings(BucketSettings).bucket_name)
    font = Path(chosen.font_path) if chosen.font_path else None
    return build_provider(entry.kind_name, objects=objects(), clock=clock(), font=font, remote=remote)


def _key_reader(chosen: ProviderSettings, entry: ProviderEntry) -> Callable[[], str]:
    """Return what reads a provider's key: from where the reference leads, else the environment."""
    source = entry.key_reference.partition(":")[0]
    if source in {"", ENVIRONMENT_KEY}:
        return partial(chosen.plain_key, entry)
    from retake.adapters.aws.secrets import read_secret

    return partial(read_secret, entry.key_reference)
