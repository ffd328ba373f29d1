"""Settings in which two deployments of the template may differ."""

from dataclasses import dataclass, field
from typing import Self

from aws_cdk import RemovalPolicy, Stack
from aws_cdk.aws_s3 import StorageClass
from constructs import Node

from infra.assets import Assets
from infra.flavour import Flavour, Target, target_of
from infra.origins import parse_origin
from infra.stage import Stage

LOCAL_ORIGINS = ("http://localhost:8005", "http://127.0.0.1:8005")
"""The studio on a developer's machine."""

ARCHIVE_CLASSES = {
    "GLACIER_IR": StorageClass.GLACIER_INSTANT_RETRIEVAL,
    "GLACIER": StorageClass.GLACIER,
    "DEEP_ARCHIVE": StorageClass.DEEP_ARCHIVE,
}


_TOGETHER = {"domain_name": "certificate_arn", "subnets": "security_groups"}
"""Lines of the context of which neither is of use alone."""


def construct_name(function: str) -> str:
    """Return the name of a function's construct: ``api_jobs`` becomes ``ApiJobs``."""
    return function.title().replace("_", "")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@dataclass(frozen=True)
class StackSettings:
    """Settings of one synthesis.

    Attributes:
        flavour: Where it will run.
        assets: What the functions run there.
        stage: Which deployment it is; it gives every name its first part.
        allowed_origins: From where a browser may call the API and the bucket; what the local cloud
            serves itself needs none.
        domain_name: The studio's own address; empty for CloudFront's.
        certificate_arn: Of that address, in us-east-1, as CloudFront wants it.
        web_acl_arn: A web ACL of WAF in front of the studio and the API, in us-east-1; empty for none.
        subnets: Of the workers that ask providers; none for Lambda's own network.
        security_groups: Of these workers there.
        snap_start: Whether the functions of the API start from snapshots, which are paid for as long as
            they are kept (docs/adr/0074); one machine has none.
        archive_class: Storage class of archived takes.
        archive_expiry_days: When S3 deletes an archived object by itself: the retention setting
            (30 days) plus 7, so that the sweep comes first.
    """

    flavour: Flavour
    assets: Assets
    stage: Stage = field(default_factory=Stage)
    allowed_origins: tuple[str, ...] = LOCAL_ORIGINS
    domain_name: str = ""
    certificate_arn: str = ""
    web_acl_arn: str = ""
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    snap_start: bool = False
    archive_class: StorageClass = field(default=StorageClass.GLACIER_INSTANT_RETRIEVAL)
    archive_expiry_days: int = 37

    @classmethod
    def from_context(cls, node: Node, *, flavour: Flavour, assets: Assets) -> Self:
        """Read the settings from CDK's context (``-c stage=... -c archive_class=...``).

        Raises:
            ValueError: If a prefix is given, which a stage has replaced, the stage has no valid name, one
                of two settings that belong together is missing, or ``snap_start`` is neither true nor false.
        """
        if node.try_get_context("prefix"):
            # Other names in the same stack would let CloudFormation replace the table.
            raise ValueError("The context `prefix` is gone: `stage` names a stack and everything in it.")
        origins = node.try_get_context("allowed_origins")
        archive_class = node.try_get_context("archive_class") or "GLACIER_IR"
        given = {
            name: node.try_get_context(name) or ""
            for name in (*_TOGETHER, *_TOGETHER.values(), "web_acl_arn")
        }
        for name, other in _TOGETHER.items():
            if bool(given[name]) is not bool(given[other]):
                raise ValueError(f"The context `{name}` needs `{other}`, and the other way round.")
        snap_start = str(node.try_get_context("snap_start") or False).lower()
        if snap_start not in ("true", "false"):
            raise ValueError(f"The context `snap_start` is true or false, not {snap_start!r}.")
        return cls(
            flavour=flavour,
            assets=assets,
            stage=Stage.parse(node.try_get_context("stage")),
            allowed_origins=tuple(map(parse_origin, origins.split(","))) if origins else LOCAL_ORIGINS,
            domain_name=given["domain_name"],
            certificate_arn=given["certificate_arn"],
            web_acl_arn=given["web_acl_arn"],
            subnets=_parts(given["subnets"]),
            security_groups=_parts(given["security_groups"]),
            snap_start=snap_start == "true" and flavour is Flavour.AWS,
            archive_class=ARCHIVE_CLASSES[archive_class],
            archive_expiry_days=int(node.try_get_context("archive_expiry_days") or 37),
        )

    @property
    def studio_origins(self) -> list[str]:
        """Return the origin of the studio's own address, if it has one."""
        return [f"https://{self.domain_name}"] if self.domain_name else []

    @property
    def target(self) -> Target:
        """What the functions run on."""
        return target_of(self.flavour)

    @property
    def removal_policy(self) -> RemovalPolicy:
        """Return what happens to users' data when the stack is deleted.

        On AWS it stays, unless it is the very deployment that made it which fails: what that leaves
        behind is empty, and would be in the way of the next one under the same name.
        """
        return (
            RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if self.flavour is Flavour.AWS else RemovalPolicy.DESTROY
        )


@dataclass(frozen=True)
class Names:
    """Names and ARNs that are known before the thing exists.

    Functions start machines that call functions: with names made here neither has to be created
    first, so CloudFormation sees no circle.
    """

    stack: Stack
    stage: Stage

    @property
    def prefix(self) -> str:
        """First part of every name."""
        return self.stage.prefix

    @property
    def metrics(self) -> str:
        """Namespace of the metrics that the functions count: each stage has its own alarms."""
        return self.stage.stack

    def of(self, name: str) -> str:
        """Return a readable name: ``start_batch`` becomes ``retake-start-batch``."""
        return f"{self.prefix}-{name.replace('_', '-')}"

    def worldwide(self, name: str) -> str:
        """Return a name for what an account has once for all regions, as CloudFront's things are."""
        return f"{self.of(name)}-{self.stack.region}"

    def function_arn(self, module: str) -> str:
        """Return the ARN of a function."""
        return self._arn("lambda", "function", self.of(module))

    def topic_arn(self, topic: str) -> str:
        """Return the ARN of a topic."""
        stack = self.stack
        return f"arn:{stack.partition}:sns:{stack.region}:{stack.account}:{self.of(topic)}"

    def machine_arn(self, machine: str) -> str:
        """Return the ARN of a state machine."""
        return self._arn("states", "stateMachine", self.of(machine))

    def schedules_arn(self, group: str) -> str:
        """Return the ARN of all schedules of a group."""
        stack = self.stack
        return f"arn:{stack.partition}:scheduler:{stack.region}:{stack.account}:schedule/{group}/*"

    def executions_arn(self, machine: str) -> str:
        """Return the ARN of all executions of a state machine."""
        return self._arn("states", "execution", f"{self.of(machine)}:*")

    def _arn(self, service: str, kind: str, name: str) -> str:
        # Written out: Stack.format_arn answers a list of tokens, this stays readable in the template.
        stack = self.stack
        return f"arn:{stack.partition}:{service}:{stack.region}:{stack.account}:{kind}:{name}"
