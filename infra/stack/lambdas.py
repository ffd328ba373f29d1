"""Lambda functions, made of their specs."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.stack.capacity import LEAST_CONCURRENCY, Capacity
from infra.stack.functions.catalogue import FUNCTIONS
from infra.stack.functions.spec import FunctionSpec, QueueSource
from infra.stack.grants import Machine, Queue, Topic
from infra.stack.identity import Identity
from infra.stack.own_network import ASKING_PROVIDERS, INTERFACES
from infra.stack.providers import ProviderParameters
from infra.stack.queues import QueuePair
from infra.stack.settings import Names, StackSettings, construct_name
from infra.stack.statements import Statements
from infra.stack.storage import Storage
from infra.stack.wake_ups import TARGET, WakeUps
from retake.variables import Powertools, Setting


@dataclass(frozen=True)
class FunctionFactory:
    """Makes every function of the stack.

    Attributes:
        scope: The stack.
        settings: What differs between deployments.
        names: Names known beforehand.
        storage: Table and bucket.
        queues: The queues.
        failed_calls: Where calls go that failed for good.
        wake_ups: What schedules need to be woken up.
        identity: Who may sign in.
        provider: What is said of the video provider.
        limits: JSON object of the limits that differ from their defaults.
        capacity: How many copies of the workers run at once.
    """

    scope: Construct
    settings: StackSettings
    names: Names
    storage: Storage
    queues: Mapping[Queue, QueuePair]
    failed_calls: sqs.Queue
    wake_ups: WakeUps
    identity: Identity
    provider: ProviderParameters
    limits: str
    capacity: Capacity

    def add_functions(self) -> Mapping[str, lambda_.Function]:
        """Add all functions, by name."""
        code = lambda_.Code.from_asset(str(self.settings.assets.code))
        layers = {
            title: self._layer(title, directory)
            for title, directory in (
                ("Dependencies", str(self.settings.assets.dependencies)),
                ("Ffmpeg", str(self.settings.assets.ffmpeg)),
            )
        }
        return {spec.name: self._function(spec, code, layers) for spec in FUNCTIONS}

    def _layer(self, title: str, directory: str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self.scope,
            f"{title}Layer",
            layer_version_name=self.names.of(title.lower()),
            code=lambda_.Code.from_asset(directory),
            compatible_runtimes=[self._runtime],
            compatible_architectures=[self._architecture],
        )

    def _function(
        self, spec: FunctionSpec, code: lambda_.Code, layers: Mapping[str, lambda_.LayerVersion]
    ) -> lambda_.Function:
        title = construct_name(spec.name)
        name = self.names.of(spec.name)
        log_group = logs.LogGroup(
            self.scope,
            f"{title}Logs",
            log_group_name=f"/aws/lambda/{name}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
        function = lambda_.Function(
            self.scope,
            title,
            function_name=name,
            description=spec.purpose,
            code=code,
            handler=spec.handler,
            runtime=self._runtime,
            architecture=self._architecture,
            layers=[layers["Dependencies"], *([layers["Ffmpeg"]] if spec.uses_ffmpeg else [])],
            timeout=Duration.seconds(spec.timeout_s),
            memory_size=spec.memory_mb,
            ephemeral_storage_size=Size.mebibytes(spec.storage_mb),
            environment=self._environment(spec),
            tracing=lambda_.Tracing.ACTIVE if spec.is_traced else lambda_.Tracing.PASS_THROUGH,
            log_group=log_group,
            # What the runtime itself writes, such as a time-out, has a level as well and can be looked for.
            logging_format=lambda_.LoggingFormat.JSON,
            role=self._role(spec, title),
        )
        for source in spec.sources:
            self._feed_from(function, source)
        if spec.reads_failed_calls:
            self._feed(function, "FailedCalls", self.failed_calls, at_once=LEAST_CONCURRENCY)
        return function

    def _role(self, spec: FunctionSpec, title: str) -> iam.IRole:
        pool_arn = self.identity.pool.user_pool_arn
        statements = Statements(
            self.names, self.storage, self.queues, self.failed_calls, self.wake_ups, pool_arn
        )
        role = iam.Role(
            self.scope,
            f"{title}Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                "grants": iam.PolicyDocument(
                    statements=[
                        *statements.of(spec, log_group_arn=self._log_group_arn(spec)),
                        *([INTERFACES] if self.settings.subnets and spec.name in ASKING_PROVIDERS else []),
                    ]
                )
            },
        )
        # CDK would widen it, for tracing and queues for instance; the spec says all there is.
        return role.without_policy_updates()

    def _log_group_arn(self, spec: FunctionSpec) -> str:
        stack = self.names.stack
        group = f"/aws/lambda/{self.names.of(spec.name)}"
        return f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:{group}"

    def _feed_from(self, function: lambda_.Function, source: QueueSource) -> None:
        pair, name = self.queues[source.queue], source.queue.value.capitalize()
        if source.dead_letters:
            self._feed(function, f"{name}DeadLetters", pair.dead_letters, at_once=LEAST_CONCURRENCY)
        else:
            workers = self.capacity.workers[source.queue].value_as_number
            self._feed(function, f"{name}Queue", pair.main, at_once=workers)

    def _feed(self, function: lambda_.Function, title: str, queue: sqs.Queue, *, at_once: float) -> None:
        lambda_.EventSourceMapping(
            function,
            title,
            target=function,
            event_source_arn=queue.queue_arn,
            batch_size=1,
            report_batch_item_failures=True,
            max_concurrency=at_once,
        )

    def _environment(self, spec: FunctionSpec) -> dict[str, str]:
        common = {
            Powertools.SERVICE_NAME.value: spec.name,
            Powertools.METRICS_NAMESPACE.value: self.names.metrics,
            Powertools.LOG_LEVEL.value: "INFO",
            Setting.LIMITS.value: self.limits,
        }
        return {**common, **{setting.value: self._value(setting) for setting in spec.settings}}

    def _value(self, setting: Setting) -> str:
        names, queues = self.names, self.queues
        values = {
            Setting.TABLE_NAME: self.storage.table.table_name,
            Setting.BUCKET_NAME: self.storage.bucket.bucket_name,
            Setting.SUBMIT_QUEUE_URL: queues[Queue.SUBMIT].main.queue_url,
            Setting.POLL_QUEUE_URL: queues[Queue.POLL].main.queue_url,
            Setting.ARCHIVE_QUEUE_URL: queues[Queue.ARCHIVE].main.queue_url,
            Setting.REGENERATE_MACHINE_ARN: names.machine_arn(Machine.REGENERATE),
            Setting.PREPARE_MACHINE_ARN: names.machine_arn(Machine.PREPARE),
            Setting.CREATE_MACHINE_ARN: names.machine_arn(Machine.CREATE),
            Setting.PROBE_FUNCTION: names.of("probe_uploads"),
            Setting.INGEST_FUNCTION: names.of("ingest_clip"),
            Setting.RECOMPOSE_FUNCTION: names.of("recompose_video"),
            Setting.REHYDRATE_FUNCTION: names.of("rehydrate_version"),
            Setting.COMPARE_FUNCTION: names.of("compare_takes"),
            Setting.PACK_FUNCTION: names.of("pack_download"),
            Setting.SCHEDULE_GROUP: self.wake_ups.group,
            Setting.SCHEDULE_TARGET_ARN: names.function_arn(TARGET),
            Setting.SCHEDULE_ROLE_ARN: self.wake_ups.role_arn,
            Setting.RUN_SCHEDULE_FUNCTION: names.of(TARGET),
            Setting.USER_POOL_ID: self.identity.pool.user_pool_id,
            Setting.ALERT_TOPIC_ARN: names.topic_arn(Topic.STORAGE_ALERTS),
            Setting.ARCHIVE_CLASS: self.settings.archive_class.value,
            Setting.PROVIDER: self.provider.name.value_as_string,
            Setting.PROVIDER_OPTIONS: self.provider.options.value_as_string,
            Setting.PROVIDERS: self.provider.others.value_as_string,
            Setting.MODELS: self.provider.models.value_as_string,
            Setting.PROMPT_MODEL: self.provider.prompt_model.value_as_string,
            Setting.LIMITS: self.limits,
            Setting.PLATFORM: self.settings.flavour.value,
            Setting.REQUESTS_A_MINUTE: self.capacity.user_requests_per_minute.value_as_string,
            Setting.FONT_PATH: self.settings.assets.font_path,
        }
        return values[setting]

    @property
    def _runtime(self) -> lambda_.Runtime:
        return lambda_.Runtime(f"python{self.settings.target.python_version}", lambda_.RuntimeFamily.PYTHON)

    @property
    def _architecture(self) -> lambda_.Architecture:
        arm = self.settings.target.machine == "aarch64"
        return lambda_.Architecture.ARM_64 if arm else lambda_.Architecture.X86_64
