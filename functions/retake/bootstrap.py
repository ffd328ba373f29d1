# ruff: noqa: D102 - a property is the port that its type names
"""Makes the ports. Adapters are imported inside the properties: a cold start pays for what it uses."""

from __future__ import annotations

import random
from functools import cached_property
from typing import TYPE_CHECKING

from retake.config import (
    AlertSettings,
    ArchiveSettings,
    BucketSettings,
    CatalogueSettings,
    LimitSettings,
    PromptSettings,
    QueueSettings,
    ScheduleRunnerSettings,
    ScheduleSettings,
    StartSettings,
    UserPoolSettings,
    WorkerSettings,
    WorkflowSettings,
    settings,
)
from retake.domain.catalogue import Catalogue
from retake.domain.limits import Limits
from retake.domain.model_choices import ModelChoices
from retake.domain.storage_costs import StorageClass
from retake.installed_providers import build_provider, default_model, installed_models, provider_states
from retake.provider_settings import ProviderSettings
from retake.repositories import Repositories

if TYPE_CHECKING:
    from retake.adapters.media.ffmpeg import Ffmpeg
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
    from retake.ports.system import Ids
    from retake.ports.workflows import (
        MediaWorkers,
        ScheduleRunner,
        TaskCallbacks,
        WakeUps,
        WorkflowEngine,
        WorkQueue,
    )


PROMPT_TIMEOUT_S = 10
"""A model rewrites a prompt in two seconds as a rule; a clip must not wait long for it."""


class LambdaContext(Repositories):
    """The context of a Lambda function: each port is made, and its adapter imported, at its first use."""

    @cached_property
    def limits(self) -> Limits:
        allowed: Limits = settings(LimitSettings).limits
        return allowed

    @cached_property
    def archive_class(self) -> StorageClass:
        chosen: StorageClass = settings(ArchiveSettings).storage_class
        return chosen

    @cached_property
    def ids(self) -> Ids:
        from retake.adapters.system import RandomIds

        return RandomIds()

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
    def cutter(self) -> TakeCutter:
        from retake.adapters.media.cut import FfmpegCutter

        return FfmpegCutter(self.ffmpeg, timeout_s=540)

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

        return Catalogue(
            (*MODELS, *installed_models(), *parse_models(settings(CatalogueSettings).own_models))
        )

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
            build=lambda name: build_provider(chosen, entries[name], self),
        )


context = LambdaContext()
"""This function's context. Read it as ``bootstrap.context``: tests put another one in its place."""


def make_clients() -> None:
    """Make what a function of the API needs for its first answer while Lambda starts it.

    It has a whole processor then, and a third of one in a request: a client of DynamoDB takes 0.1 s of it.
    """
    start = settings(StartSettings)
    if not start.kind:
        return
    from retake.adapters.aws.clients import client

    client("dynamodb")
    if start.bucket_name:
        client("s3")


def reseed_after_restore() -> None:
    """Let each copy that Lambda restores from one snapshot draw other pauses between its repeats.

    Without it all of them would have the snapshot's random numbers, and repeat at the same moments.

    References:
        https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
    """
    if settings(StartSettings).kind != "snap-start":
        return
    from snapshot_restore_py import register_after_restore  # part of Lambda's runtime, and of no other

    register_after_restore(random.seed)


def is_transient(error: Exception) -> bool:
    """Whether what failed is AWS, in a way that passes."""
    from retake.adapters.aws.clients import is_transient as judge

    return judge(error)
