"""What the template allows: the workers of its queues, and the rate of its API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.stack.functions.catalogue import BY_HANDLER

ACCOUNT = 1000
"""Concurrent executions of an ordinary account."""


@dataclass(frozen=True)
class Capacity:
    """What the template allows.

    Attributes:
        submit, poll, archive: Workers of each queue at once.
        requests_per_second: Of the whole API.
        executions: Of the account.
    """

    submit: int
    poll: int
    archive: int
    requests_per_second: int
    executions: int = ACCOUNT


def read_capacity(template: Mapping[str, Any]) -> Capacity:
    """Read them from a synthesised template, with the defaults of its parameters."""
    resources = template["Resources"].values()

    def value(found: Any) -> int:  # noqa: ANN401 - a number, or a reference to a parameter
        return int(template["Parameters"][found["Ref"]]["Default"] if isinstance(found, dict) else found)

    workers = {
        resource["Properties"]["FunctionName"]["Ref"]: value(
            resource["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        )
        for resource in resources
        if resource["Type"] == "AWS::Lambda::EventSourceMapping"
    }
    consumers = {
        BY_HANDLER[resource["Properties"]["Handler"]].name: workers[name]
        for name, resource in template["Resources"].items()
        if name in workers
    }
    (stage,) = (item["Properties"] for item in resources if item["Type"] == "AWS::ApiGatewayV2::Stage")
    return Capacity(
        submit=consumers["submit_generation"],
        poll=consumers["poll_generation"],
        archive=consumers["archive_version"],
        requests_per_second=value(stage["DefaultRouteSettings"]["ThrottlingRateLimit"]),
    )
