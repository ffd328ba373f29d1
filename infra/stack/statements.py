"""IAM statements, written by hand so that no role gets more than it was granted."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from infra.stack.functions.spec import FunctionSpec
from infra.stack.grants import Grant, Queue, Resource
from infra.stack.queues import QueuePair
from infra.stack.settings import Names
from infra.stack.storage import Storage
from infra.stack.wake_ups import WakeUps

TRACING = iam.PolicyStatement(
    # X-Ray has no resources to name.
    actions=["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    resources=["*"],
)

REQUEST_COUNTS = "REQUESTS#"
"""What the partition keys of counted requests begin with (``retake.storage.request_counts``)."""

_CONSUME = [
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
]


@dataclass(frozen=True)
class Statements:
    """Turns grants into statements about this stack's resources."""

    names: Names
    storage: Storage
    queues: Mapping[Queue, QueuePair]
    failed_calls: sqs.Queue
    wake_ups: WakeUps
    user_pool_arn: str

    def of(self, spec: FunctionSpec, *, log_group_arn: str) -> list[iam.PolicyStatement]:
        """Return all that the function's role may do."""
        write_logs = iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[f"{log_group_arn}:*"]
        )
        granted = [self._statement(grant) for grant in spec.grants]
        return [write_logs, TRACING, *granted, *self._consume(spec), *self._keep(spec)]

    def _keep(self, spec: FunctionSpec) -> list[iam.PolicyStatement]:
        # Lambda sends a failed call with the function's own role.
        if spec.event_age_s is None:
            return []
        return [iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.failed_calls.queue_arn])]

    def _consume(self, spec: FunctionSpec) -> list[iam.PolicyStatement]:
        sources = [
            pair.dead_letters if source.dead_letters else pair.main
            for source in spec.sources
            for pair in [self.queues[source.queue]]
        ] + ([self.failed_calls] if spec.reads_failed_calls else [])
        if not sources:
            return []
        return [iam.PolicyStatement(actions=_CONSUME, resources=[queue.queue_arn for queue in sources])]

    def _statement(self, grant: Grant) -> iam.PolicyStatement:
        statement = iam.PolicyStatement(actions=list(grant.actions), resources=self._resources(grant))
        if grant.resource is Resource.LISTING:
            # "IfExists": reading an object carries no prefix, and S3 asks for leave to list when it
            # decides between 404 and 403 for a missing key.
            prefixes = [f"{prefix}*" for prefix in grant.parts]
            statement.add_condition("StringLikeIfExists", {"s3:prefix": prefixes})
        if grant.resource is Resource.WAKE_UP_ROLE:
            statement.add_condition("StringEquals", {"iam:PassedToService": "scheduler.amazonaws.com"})
        if grant.resource is Resource.REQUEST_COUNTS:
            statement.add_condition(
                "ForAllValues:StringLike", {"dynamodb:LeadingKeys": [f"{REQUEST_COUNTS}*"]}
            )
        return statement

    def _resources(self, grant: Grant) -> list[str]:
        table, bucket = self.storage.table.table_arn, self.storage.bucket.bucket_arn
        if grant.resource in {Resource.TABLE, Resource.REQUEST_COUNTS}:
            return [table]
        if grant.resource is Resource.USERS:
            return [self.user_pool_arn]
        if grant.resource is Resource.LISTING:
            return [bucket]
        if grant.resource is Resource.WAKE_UP:
            return [self.names.schedules_arn(self.wake_ups.group)]
        if grant.resource is Resource.WAKE_UP_ROLE:
            return [self.wake_ups.role_arn]
        return [self._part(grant.resource, part, table=table, bucket=bucket) for part in grant.parts]

    def _part(self, resource: Resource, part: str, *, table: str, bucket: str) -> str:
        names = self.names
        by_kind = {
            Resource.INDEX: lambda: f"{table}/index/{part}",
            Resource.OBJECTS: lambda: f"{bucket}/{part}*",
            Resource.QUEUE: lambda: self.queues[Queue(part)].main.queue_arn,
            Resource.TOPIC: lambda: names.topic_arn(part),
            Resource.FUNCTION: lambda: names.function_arn(part),
            Resource.MACHINE: lambda: names.machine_arn(part),
            Resource.EXECUTION: lambda: names.executions_arn(part),
        }
        return by_kind[resource]()
