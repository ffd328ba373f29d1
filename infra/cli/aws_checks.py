"""Checks of an account before anything is deployed to it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from infra.cli.aws_session import AwsSession, reporting
from retake_client.errors import UsageError

BOOTSTRAP_VERSION = 6
"""Least version of the bootstrap stack that the locked CDK command line deploys with."""

NEW_ACCOUNT = 100
"""Below so many concurrent executions a deployment runs the least of everything: new accounts have 10."""

FEW_WORKERS: Mapping[str, str] = {"SubmitWorkers": "2", "PollWorkers": "2", "ArchiveWorkers": "2"}
"""Parameters of the template for such an account; SQS accepts no fewer."""

REST_COST = "about $4 to $9 a month"
"""Alarms $4.20, metrics $3.60, pollers of six queues $1 at most (list prices of us-east-1, 2026-11)."""

SNAPSHOT_COST = "about $27 a month, and $0.07 for a thousand starts"
"""Of 14 functions of 512 MB whose snapshots are kept: $0.0000015046 a GB and second (list price of us-east-1,
2026-11), where ``snap_start`` asks for them (docs/adr/0074)."""

_BUSY = re.compile(r"_IN_PROGRESS$")
_FIRST_FAILED = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"})


@dataclass(frozen=True)
class Findings:
    """What the checks found.

    Attributes:
        concurrency: How many functions may run at once in the account.
        is_first: Whether the stack is deployed for the first time.
    """

    concurrency: int
    is_first: bool

    @property
    def parameters(self) -> Mapping[str, str]:
        """Parameters that the account makes necessary."""
        return FEW_WORKERS if self.concurrency < NEW_ACCOUNT else {}

    def advice(self) -> Iterator[str]:
        """Print what to know before a deployment."""
        if self.is_first:
            yield (
                f"At rest the stack costs {REST_COST}, without storage and without what providers charge "
                "for takes."
            )
        if self.concurrency < NEW_ACCOUNT:
            yield (
                f"The account runs {self.concurrency} functions at once, so each queue gets two workers. "
                "Ask for more in the console, Service Quotas, AWS Lambda, Concurrent executions "
                "(L-B99A9384), and deploy again."
            )


def check_account(aws: AwsSession, *, adopt: bool = False) -> Findings:
    """Check what can be checked before a deployment.

    Args:
        aws: The account and stage.
        adopt: Whether what a deleted stack has kept is taken over.

    Raises:
        AwsError: If AWS refuses to answer.
        UsageError: If the deployment could not succeed, with the way out.
    """
    with reporting():
        _check_bootstrap(aws)
        status = (aws.describe_stack() or {}).get("StackStatus")
        _check_status(aws, status)
        if status is None and not adopt:
            _check_table(aws)
        settings = aws.client("lambda").get_account_settings()
    return Findings(int(settings["AccountLimit"]["ConcurrentExecutions"]), is_first=status is None)


def _check_bootstrap(aws: AwsSession) -> None:
    parameters = aws.client("ssm")
    way_out = (
        f"Run `uv run --group aws npx --no-install cdk bootstrap aws://{aws.account}/"
        f"{aws.session.region_name}` once, after `npm ci`."
    )
    try:
        found = parameters.get_parameter(Name="/cdk-bootstrap/hnb659fds/version")["Parameter"]["Value"]
    except parameters.exceptions.ParameterNotFound:
        raise UsageError(f"CDK has not been set up in {aws.place}. {way_out}") from None
    if int(found) < BOOTSTRAP_VERSION:
        raise UsageError(
            f"CDK's bootstrap stack in {aws.place} has version {found}, and {BOOTSTRAP_VERSION} is needed. "
            f"{way_out}"
        )


def _check_status(aws: AwsSession, status: str | None) -> None:
    name = aws.stage.stack
    if status in _FIRST_FAILED:
        raise UsageError(
            f"The stack {name} is {status}: CloudFormation accepts no update of it. Its events say why; "
            f"delete it with `uv run retake destroy{_option(aws)}`, and deploy again."
        )
    if status is not None and _BUSY.search(status) and status != "REVIEW_IN_PROGRESS":
        raise UsageError(f"The stack {name} is {status}; wait until that has ended, and deploy again.")


def _check_table(aws: AwsSession) -> None:
    tables = aws.client("dynamodb")
    try:
        tables.describe_table(TableName=aws.stage.prefix)
    except tables.exceptions.ResourceNotFoundException:
        return
    raise UsageError(
        f"The table {aws.stage.prefix} is there without its stack, from a deployment that was deleted. "
        "Add --adopt to go on with its records, users and files; "
        f"`uv run retake destroy{_option(aws)} --everything` deletes what is left of it; another --stage "
        "leaves it alone."
    )


def _option(aws: AwsSession) -> str:
    return f" --stage {aws.stage.name}" if aws.stage.name else ""
