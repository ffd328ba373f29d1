"""The table and the bucket: all that Retake stores."""

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.stack.grants import Index
from infra.stack.settings import StackSettings
from retake.prefixes import Prefix

_DAY = Duration.days(1)


@dataclass(frozen=True)
class Storage:
    """The stateful resources."""

    table: dynamodb.Table
    bucket: s3.Bucket
    access_logs: s3.Bucket


def add_storage(scope: Construct, settings: StackSettings, *, allowed_origins: list[str]) -> Storage:
    """Add the table and the bucket."""
    access_logs = _access_logs(scope, settings)
    bucket = _bucket(scope, settings, access_logs=access_logs, allowed_origins=allowed_origins)
    return Storage(table=_table(scope, settings), bucket=bucket, access_logs=access_logs)


def _key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _table(scope: Construct, settings: StackSettings) -> dynamodb.Table:
    table = dynamodb.Table(
        scope,
        "Table",
        table_name=settings.stage.prefix,
        partition_key=_key("PK"),
        sort_key=_key("SK"),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        encryption=dynamodb.TableEncryption.AWS_MANAGED,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        time_to_live_attribute="expires_at",
        # `retake deploy` protects it from deletion once it stands: protected from the start, it would
        # survive a first deployment that fails, and the next one could not make it.
        removal_policy=settings.removal_policy,
    )
    table.add_global_secondary_index(
        index_name=Index.BY_OWNER,
        partition_key=_key("GSI1PK"),
        sort_key=_key("GSI1SK"),
        projection_type=dynamodb.ProjectionType.ALL,
    )
    # Sparse: only records with something due carry these keys, so a sweep reads what it must do.
    table.add_global_secondary_index(
        index_name=Index.DUE_WORK,
        partition_key=_key("DUEPK"),
        sort_key=_key("DUESK"),
        projection_type=dynamodb.ProjectionType.INCLUDE,
        non_key_attributes=["record_type"],
    )
    # What lists of the largest show, and no `revision`: not every commit has to write here.
    table.add_global_secondary_index(
        index_name=Index.BY_SIZE,
        partition_key=_key("SIZEPK"),
        sort_key=_key("SIZESK"),
        projection_type=dynamodb.ProjectionType.INCLUDE,
        non_key_attributes=[
            "user_id",
            "job_id",
            "title",
            "counted",
            "stored",
            "budget_bytes",
            "alerted_percent",
        ],
    )
    return table


def _access_logs(scope: Construct, settings: StackSettings) -> s3.Bucket:
    return s3.Bucket(
        scope,
        "AccessLogs",
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        lifecycle_rules=[s3.LifecycleRule(id="expire-logs", expiration=Duration.days(30))],
        removal_policy=settings.removal_policy,
    )


def _bucket(
    scope: Construct, settings: StackSettings, *, access_logs: s3.Bucket, allowed_origins: list[str]
) -> s3.Bucket:
    bucket = s3.Bucket(
        scope,
        "Media",
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        # Keys are never reused, so versions would only keep what the ledger has deleted.
        versioned=False,
        server_access_logs_bucket=access_logs,
        cors=[
            s3.CorsRule(
                allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD, s3.HttpMethods.POST],
                allowed_origins=allowed_origins,
                allowed_headers=["*"],
                exposed_headers=["ETag", "Content-Range", "Accept-Ranges"],
                max_age=3600,
            )
        ],
        lifecycle_rules=_lifecycle(settings),
        removal_policy=settings.removal_policy,
    )
    _send_events(bucket)
    return bucket


def _lifecycle(settings: StackSettings) -> list[s3.LifecycleRule]:
    archive = s3.LifecycleRule(
        id="archive-to-glacier",
        prefix=Prefix.ARCHIVE,
        transitions=[s3.Transition(storage_class=settings.archive_class, transition_after=_DAY)],
        expiration=Duration.days(settings.archive_expiry_days),
    )
    expiring = {
        Prefix.UPLOADS: 1,
        Prefix.PROVIDER: 1,
        Prefix.DOWNLOADS: 1,
        Prefix.DEAD_LETTERS: 14,
        # A schedule is at most a year ahead; the ledger removes its files long before this.
        Prefix.SCHEDULED: 400,
    }
    rules = [
        s3.LifecycleRule(id=f"expire-{prefix.strip('/')}", prefix=prefix, expiration=Duration.days(days))
        for prefix, days in expiring.items()
    ]
    multipart = s3.LifecycleRule(id="abort-multipart", abort_incomplete_multipart_upload_after=_DAY)
    return [archive, *rules, multipart]


def _send_events(bucket: s3.Bucket) -> None:
    # By hand: `event_bridge_enabled` brings a custom resource, a function and a wide role for one flag.
    resource = bucket.node.default_child
    if isinstance(resource, s3.CfnBucket):
        resource.add_property_override(
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled",
            True,  # noqa: FBT003 - CDK's signature
        )
