"""What each route answers, beside its function: the OpenAPI document is made of it and of the error table.

What follows from a route's form is not repeated there: a path with parameters can be unknown (404), a body
can be unreadable (400, 415) or unacceptable (422), ``If-Match`` can fail (412), and every change can meet
another one (409).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from retake.contracts.events import EventUnion
from retake.domain.errors import (
    RetakeError,
    SpendLimitError,
    StorageBudgetExceededError,
    WorkflowUnavailableError,
)

F = TypeVar("F", bound=Callable[..., object])

JSON = "application/json"
STARTS_WORK = (SpendLimitError, StorageBudgetExceededError, WorkflowUnavailableError)
"""Errors of what starts generations."""


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
    """Say of a route's function what it answers; see ``Operation``. Without it: 200, and JSON."""

    def describe(function: F) -> F:
        _OPERATIONS[function] = Operation(statuses or (200,), raises, headers, media_type, events)
        return function

    return describe


def operation_of(function: Callable[..., object]) -> Operation:
    """Return what was said of a route's function."""
    return _OPERATIONS.get(function, Operation())


_OPERATIONS: dict[Callable[..., object], Operation] = {}
