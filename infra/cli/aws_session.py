"""A session with an AWS account: its region, and the stack of a stage in it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from infra.cli.errors import MissingToolError
from infra.stage import Stage
from retake_client.errors import RetakeError, UsageError

if TYPE_CHECKING:
    import boto3

PARTITION = "aws"

_TIMEOUT_S = 15
_ATTEMPTS = 4


class AwsError(RetakeError):
    """AWS refused something, or did not answer."""


@dataclass(frozen=True)
class AwsSession:
    """An account that is signed in to, and a stage.

    Attributes:
        session: boto3's own.
        account: Twelve digits.
        stage: Which deployment is meant.
    """

    session: "boto3.Session"
    account: str
    stage: Stage

    @classmethod
    def open(cls, *, profile: str | None, region: str | None, stage: Stage) -> "AwsSession":
        """Sign in, so that missing credentials are reported before anything is built.

        Raises:
            MissingToolError: If there are no credentials that AWS knows, or no region.
            UsageError: If the account is in a partition that the template is not for.
        """
        # boto3 is slow to import, and only these commands need it.
        import boto3  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            session = boto3.Session(profile_name=profile, region_name=region)
            if session.region_name is None:
                raise MissingToolError("No AWS region is set; give --region, or run `aws configure`.")
            identity = session.client("sts").get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            raise MissingToolError(
                f"AWS does not know you ({error}); run `aws configure` or `aws sso login`, or give --profile."
            ) from error
        partition = identity["Arn"].split(":")[1]
        if partition != PARTITION:
            raise UsageError(
                f"The account is in the partition {partition}; Retake's template is for {PARTITION} only: "
                "its content policy and bucket rules name hosts of that partition."
            )
        return cls(session, identity["Account"], stage)

    @property
    def place(self) -> str:
        """Return the account and its region as text."""
        return f"account {self.account} in {self.session.region_name}"

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 types each service apart
        """Return a client that is bounded in time and tries again with jitter."""
        from botocore.config import Config  # noqa: PLC0415

        config = Config(
            connect_timeout=_TIMEOUT_S,
            read_timeout=_TIMEOUT_S,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        )
        return self.session.client(service, config=config)  # type: ignore[call-overload]

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """Outputs of the stage's stack.

        Raises:
            UsageError: If it is not deployed.
        """
        described = self.describe_stack()
        if described is None:
            raise UsageError(
                f"There is no stack {self.stage.stack} in {self.place}; `uv run retake deploy` makes it."
            )
        return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", ())}

    def describe_stack(self) -> Mapping[str, Any] | None:
        """Return what CloudFormation says of the stage's stack; None where there is none.

        Raises:
            AwsError: If it may not be asked.
        """
        from botocore.exceptions import ClientError  # noqa: PLC0415

        try:
            found = self.client("cloudformation").describe_stacks(StackName=self.stage.stack)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError":
                return None
            raise AwsError(_sentence(error)) from error
        stack: Mapping[str, Any] = found[0]
        return stack


@contextmanager
def reporting() -> Iterator[None]:
    """Report what AWS refuses in a sentence.

    Raises:
        AwsError: If it refuses something, or does not answer.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ClientError as error:
        raise AwsError(_sentence(error)) from error
    except BotoCoreError as error:
        raise AwsError(f"AWS does not answer: {error}") from error


def _sentence(error: Any) -> str:  # noqa: ANN401 - botocore is imported by who raises it
    code, what = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"):
        return f"You may not do this in AWS ({error.operation_name}): {what} Ask who administers the account."
    return f"AWS refused {error.operation_name}: {what} ({code})"
