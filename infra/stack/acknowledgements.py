"""The findings of cdk-nag that are meant to be so, each with its reason.

They name the exact finding at the exact construct: a wildcard that is added later is found.
"""

from collections.abc import Iterator

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct

from infra.stack.functions.catalogue import FUNCTIONS
from infra.stack.functions.spec import FunctionSpec
from infra.stack.grants import Machine, Resource
from infra.stack.http_api import construct_of
from infra.stack.settings import Names
from infra.stack.storage import Storage
from infra.stack.wake_ups import GROUP
from retake.routes import PUBLIC_ROUTES

_ARN = "arn:<AWS::Partition>:{service}:<AWS::Region>:<AWS::AccountId>:{rest}"

_TRACING = "X-Ray's actions have no resource to name."
_RUNTIME = (
    "Python 3.13 is what every locked wheel is built and tested for; it is supported until October 2029."
)


def acknowledge_findings(stack: Stack, names: Names, storage: Storage) -> None:
    """Acknowledge each known finding with its reason."""
    bucket = stack.get_logical_id(storage.bucket.node.default_child)  # type: ignore[arg-type]
    for spec in FUNCTIONS:
        title = spec.name.title().replace("_", "")
        _acknowledge(stack.node.find_child(title), ("L1", _RUNTIME))
        _acknowledge(
            stack.node.find_child(f"{title}Role"),
            *((f"IAM5[Resource::{resource}]", why) for resource, why in _wildcards(spec, names, bucket)),
        )
    for machine in Machine:
        reason = f"{_TRACING} Nor have log deliveries."
        _acknowledge(stack.node.find_child(f"{machine}Role"), ("IAM5[Resource::*]", reason))
    _acknowledge(
        stack.node.find_child("Distribution"),
        ("CFR1", "Who may see the studio is a matter of sign-in, not of country."),
        ("CFR2", "A web ACL is priced by the month; the gateway throttles, and an operator can attach one."),
        ("CFR3", "The API's requests are logged at the gateway, reads of the files at S3."),
        ("CFR4", "cloudfront.net's own certificate allows no other minimum; own domains bring their own."),
    )
    _acknowledge(
        stack.node.find_child("FailedCalls"),
        (
            "SQS3",
            "It is the end itself: Lambda and EventBridge send it what failed for good.",
        ),
    )
    _acknowledge(
        stack.node.find_child("RouteFallback"),
        ("APIG4", "It answers only that there is no such route; browsers send preflights without a token."),
    )
    for route in PUBLIC_ROUTES:
        _acknowledge(
            stack.node.find_child(construct_of(route)),
            ("APIG4", "No sign-in: a token of 256 bits, or a signature of its time, says what may be seen."),
        )
    _acknowledge(
        stack.node.find_child("Users"),
        ("COG2", "MFA is offered to every user and required of none; an operator can require it."),
        ("COG8", "The plus plan is priced per user; threat protection is the operator's choice."),
    )


def _wildcards(spec: FunctionSpec, names: Names, bucket: str) -> Iterator[tuple[str, str]]:
    yield "*", _TRACING
    logs = _ARN.format(service="logs", rest=f"log-group:/aws/lambda/{names.of(spec.name)}:*")
    yield logs, "Log streams of the function's own group; Lambda names them."
    prefixes = {part for grant in spec.grants if grant.resource is Resource.OBJECTS for part in grant.parts}
    for prefix in sorted(prefixes):
        yield f"<{bucket}.Arn>/{prefix}*", f"Keys are made at run time; the role ends at {prefix}."
    if any(grant.resource is Resource.WAKE_UP for grant in spec.grants):
        schedules = _ARN.format(service="scheduler", rest=f"schedule/{names.of(GROUP)}/*")
        yield schedules, "Schedules are named after people's; the role ends at their group."
    machines = {part for grant in spec.grants if grant.resource is Resource.EXECUTION for part in grant.parts}
    for machine in sorted(machines):
        executions = _ARN.format(service="states", rest=f"execution:{names.of(machine)}:*")
        yield executions, f"Executions are named after batches and jobs; the role ends at {machine}."


def _acknowledge(construct: IConstruct, *findings: tuple[str, str]) -> None:
    acknowledgements = [
        Acknowledgment(id=f"AwsSolutions-{finding}", reason=reason) for finding, reason in findings
    ]
    Validations.of(construct).acknowledge(*acknowledgements)
