"""What each route answers, beside its function: the OpenAPI document is made of it and of the error table.

What follows from a route's form is not repeated there: a path with parameters can be unknown (404), a body
can be unreadable (400, 415) or unacceptable (422), and ``If-Match`` can fail (412). ``raises`` names all else
that can leave its use case; ``tests/unit/api/test_statuses.py`` reads that from the sources.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake.contracts.events import EventUnion
from retake.domain.errors import (
    ConcurrentUpdateError,
    ConflictError,
    RetakeError,
    SpendLimitError,
    StorageBudgetExceededError,
    WorkflowUnavailableError,
)
from retake.routes import Route

F = TypeVar("F", bound=Callable[..., object])

JSON = "application/json"
STARTS_WORK = (SpendLimitError, StorageBudgetExceededError, WorkflowUnavailableError)
"""Errors of what starts generations."""
CONFLICTS = (ConflictError, ConcurrentUpdateError)
"""Errors of what changes a thing by its state: the state forbids it, or others change it at the moment."""


class Router(APIGatewayHttpRouter):
    """The operations of one resource."""

    def on(self, route: Route, *, summary: str, tags: list[str]) -> Callable[[F], F]:
        """Register a function as the operation of a route.

        Args:
            route: Its method and path.
            summary: What it does, for the document.
            tags: What it is listed under there.
        """
        rule = route.path.replace("{", "<").replace("}", ">")
        return self.route(rule, method=route.method, summary=summary, tags=tags)


@dataclass(frozen=True)
class Operation:
    """What a route answers.

    Attributes:
        statuses: Of its successes.
        raises: Errors of its own, besides those that follow from its form.
        headers: Names of the headers of its successes.
        media_type: Of its successes.
        events: The events, where the answer is a stream of server-sent events.
    """

    statuses: Sequence[int] = (200,)
    raises: Sequence[type[RetakeError]] = ()
    headers: Sequence[str] = ()
    media_type: str = JSON
    events: EventUnion | None = None


def answers(
    *statuses: int,
    raises: Sequence[type[RetakeError]] = (),
    headers: Sequence[str] = (),
    media_type: str = JSON,
    events: EventUnion | None = None,
) -> Callable[[F], F]:
    """Declare what a route's function answers; see ``Operation``. Without it: 200, and JSON."""

    def describe(function: F) -> F:
        _OPERATIONS[function] = Operation(statuses or (200,), raises, headers, media_type, events)
        return function

    return describe


def operation_of(function: Callable[..., object]) -> Operation:
    """Return what a route's function declares."""
    return _OPERATIONS.get(function, Operation())


_OPERATIONS: dict[Callable[..., object], Operation] = {}
