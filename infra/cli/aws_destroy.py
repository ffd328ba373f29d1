"""``retake destroy``: delete a stack; people's data stays unless everything is to go."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from infra.cli.aws_session import AwsSession, reporting
from retake_client.cli.narration import Narrator
from retake_client.errors import UnexpectedEndError

KEPT_TYPES = ("AWS::DynamoDB::Table", "AWS::Cognito::UserPool", "AWS::S3::Bucket")
"""What the template keeps (``StackSettings.removal_policy``), in the order in which it is deleted."""

_DELETED_AT_ONCE = 1000
"""Keys of one DeleteObjects request (Amazon S3 API Reference)."""

ProviderRequest = Callable[[str], bool]


@dataclass(frozen=True)
class Kept:
    """Something that outlives its stack.

    Attributes:
        kind: Its CloudFormation type.
        name: Its physical id.
    """

    kind: str
    name: str

    def __str__(self) -> str:
        """Name it for people."""
        return f"{self.kind.split('::')[2].lower()} {self.name}"


def find_kept(aws: AwsSession) -> Sequence[Kept]:
    """Return what a deletion of the stack leaves behind; what a former one left, where it is gone.

    Raises:
        AwsError: If AWS refuses to list it.
    """
    with reporting():
        found = list(_of_stack(aws)) if aws.describe_stack() is not None else list(_left_behind(aws))
    return sorted(found, key=lambda one: KEPT_TYPES.index(one.kind))


def run_destroy(
    aws: AwsSession,
    *,
    everything: bool,
    yes: bool,
    ask: ProviderRequest,
    delete_stack: Callable[[], int],
    narrator: Narrator,
) -> int:
    """Delete the stage's stack; return the exit status.

    Args:
        aws: The account and stage.
        everything: Delete what the stack keeps as well.
        yes: Ask nothing.
        ask: Asks a question, and returns whether the answer was yes.
        delete_stack: Deletes the stack; returns its exit status.
        narrator: Prints progress.

    Raises:
        AwsError: If AWS refuses something.
        UnexpectedEndError: If the person does not agree.
    """
    kept = find_kept(aws)
    narrator.say(f"Delete the stack {aws.stage.stack} in {aws.place}.")
    for one in kept:
        narrator.say(f"  {'deleted with it' if everything else 'kept'}: {one}")
    _agree(yes=yes, ask=ask, question="Delete the stack?")
    if everything:
        _agree(
            yes=yes,
            ask=ask,
            question=f"Delete all videos, records and accounts of {aws.stage.prefix}?",
        )
    if aws.describe_stack() is not None and (status := delete_stack()) != 0:
        return status
    if not everything:
        narrator.say("What is kept costs its storage; `--everything` deletes it.")
        return 0
    for one in kept:
        with narrator.step("delete", f"Delete the {one}"), reporting():
            _DELETE[one.kind](aws, one.name)
    return 0


def _agree(*, yes: bool, ask: ProviderRequest, question: str) -> None:
    if not (yes or ask(question)):
        raise UnexpectedEndError("Nothing was deleted.")


def _of_stack(aws: AwsSession) -> Iterator[Kept]:
    pages = aws.client("cloudformation").get_paginator("list_stack_resources")
    for page in pages.paginate(StackName=aws.stage.stack):
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] in KEPT_TYPES and resource.get("PhysicalResourceId"):
                yield Kept(resource["ResourceType"], resource["PhysicalResourceId"])


def _left_behind(aws: AwsSession) -> Iterator[Kept]:
    """Find by their names what a deleted stack kept; those of buckets begin with the stack's."""
    tables = aws.client("dynamodb")
    try:
        tables.describe_table(TableName=aws.stage.prefix)
    except tables.exceptions.ResourceNotFoundException:
        pass
    else:
        yield Kept("AWS::DynamoDB::Table", aws.stage.prefix)
    for page in aws.client("cognito-idp").get_paginator("list_user_pools").paginate(MaxResults=60):
        for pool in page["UserPools"]:
            if pool["Name"] == f"{aws.stage.prefix}-users":
                yield Kept("AWS::Cognito::UserPool", pool["Id"])
    parts = tuple(f"{aws.stage.stack.lower()}-{part}" for part in ("media", "accesslogs", "studiofiles"))
    for bucket in aws.client("s3").list_buckets()["Buckets"]:
        if bucket["Name"].startswith(parts):
            yield Kept("AWS::S3::Bucket", bucket["Name"])


def _delete_table(aws: AwsSession, name: str) -> None:
    tables = aws.client("dynamodb")
    tables.update_table(TableName=name, DeletionProtectionEnabled=False)
    tables.get_waiter("table_exists").wait(TableName=name)
    tables.delete_table(TableName=name)


def _delete_pool(aws: AwsSession, name: str) -> None:
    aws.client("cognito-idp").delete_user_pool(UserPoolId=name)


def _delete_bucket(aws: AwsSession, name: str) -> None:
    objects = aws.client("s3")
    for page in objects.get_paginator("list_objects_v2").paginate(
        Bucket=name, PaginationConfig={"PageSize": _DELETED_AT_ONCE}
    ):
        keys = [{"Key": entry["Key"]} for entry in page.get("Contents", ())]
        if keys:
            objects.delete_objects(Bucket=name, Delete={"Objects": keys, "Quiet": True})
    objects.delete_bucket(Bucket=name)


_DELETE: Mapping[str, Callable[[AwsSession, str], None]] = {
    "AWS::DynamoDB::Table": _delete_table,
    "AWS::Cognito::UserPool": _delete_pool,
    "AWS::S3::Bucket": _delete_bucket,
}
