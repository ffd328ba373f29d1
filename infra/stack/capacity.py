"""Parameters for how much runs at once, since limits differ between accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from aws_cdk import CfnParameter, Stack

from infra.flavour import Flavour
from infra.stack.grants import Queue

LEAST_CONCURRENCY = 2
"""SQS accepts no less (AWS Lambda Developer Guide, maximum concurrency of event source mappings)."""

WORKERS: Mapping[Queue, int] = {Queue.SUBMIT: 10, Queue.POLL: 30, Queue.ARCHIVE: 10}
"""Copies of each worker in an account with the usual 1,000 concurrent executions."""

REQUESTS_PER_SECOND = 4_000
BURST = 5_000
"""For the whole API. A page that watches a running job asks less than twice a second: 1,000 of them fit, with
as many others besides (docs/scale.md). An account's own quota is 10,000 a second, and a burst of 5,000.

References:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
"""


USER_REQUESTS_PER_MINUTE = 1_200
"""Of one user: ten pages that each watch a running job make as many (``docs/scale.md``)."""
REQUESTS_PER_MINUTE_ALONE = 60_000
"""On one machine, where there is no other user to protect: more than it answers."""


@dataclass(frozen=True)
class Capacity:
    """The parameters.

    Attributes:
        workers: Copies of each queue's worker.
        requests_per_second: What the API answers, over all people.
        burst: What it answers at once.
        user_requests_per_minute: What it answers one user; 0 for no limit.
    """

    workers: Mapping[Queue, CfnParameter]
    requests_per_second: CfnParameter
    burst: CfnParameter
    user_requests_per_minute: CfnParameter

    @classmethod
    def add(cls, stack: Stack, flavour: Flavour) -> Self:
        """Add the parameters; one machine runs the least."""
        on_aws = flavour is Flavour.AWS
        return cls(
            workers={
                queue: _number(
                    stack,
                    workers_parameter(queue),
                    default=count if on_aws else LEAST_CONCURRENCY,
                    least=LEAST_CONCURRENCY,
                    why=f"Copies of the {queue} queue's worker at once.",
                )
                for queue, count in WORKERS.items()
            },
            requests_per_second=_number(
                stack,
                "RequestsPerSecond",
                default=REQUESTS_PER_SECOND,
                least=1,
                why="Requests a second that the API answers; more are refused with 429.",
            ),
            burst=_number(
                stack, "RequestBurst", default=BURST, least=1, why="Requests that the API answers at once."
            ),
            user_requests_per_minute=_number(
                stack,
                "UserRequestsPerMinute",
                default=USER_REQUESTS_PER_MINUTE if on_aws else REQUESTS_PER_MINUTE_ALONE,
                least=0,
                why="Requests of one user that the API answers in a minute; 0 for no limit.",
            ),
        )


def workers_parameter(queue: Queue) -> str:
    """Return the name of the parameter of a queue's workers: ``SubmitWorkers``."""
    return f"{queue.value.capitalize()}Workers"


def _number(stack: Stack, name: str, *, default: int, least: int, why: str) -> CfnParameter:
    return CfnParameter(stack, name, type="Number", description=why, default=default, min_value=least)
