"""The errors of the API as problems of RFC 9457: one table of statuses and types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_lambda_powertools.event_handler import Response

from retake.contracts.common import FaultView, Problem
from retake.domain.errors import (
    ConcurrentUpdateError,
    ConflictError,
    Fault,
    ForbiddenError,
    GoneError,
    InvalidRequestError,
    MalformedBodyError,
    MethodNotAllowedError,
    NotFoundError,
    PreconditionFailedError,
    RequestError,
    RetakeError,
    ShareEndedError,
    SpendLimitError,
    StorageBudgetExceededError,
    TooManyKeptError,
    TooManyRequestsError,
    TooManyWaitingError,
    TransientError,
    UnsupportedMediaTypeError,
    WorkflowUnavailableError,
)

PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True)
class ProblemKind:
    """One type of problem.

    Attributes:
        status: The HTTP status it is answered with.
        slug: The end of its ``type``.
        title: The same words for every problem of this type.
        retry_after_s: Seconds after which the same request may succeed; None where waiting does not help.
    """

    status: int
    slug: str
    title: str
    retry_after_s: int | None = None

    @property
    def type(self) -> str:
        """Return the URI that names this type."""
        return f"urn:retake:problem:{self.slug}"


KINDS: Mapping[type[RetakeError], ProblemKind] = {
    MalformedBodyError: ProblemKind(400, "malformed-body", "The body cannot be read"),
    ForbiddenError: ProblemKind(403, "forbidden", "Not for you"),
    # 403, as other stores answer for a quota: asking again does not help until a person acts. 507 would
    # count as our fault and be retried by clients, 429 would promise that waiting helps, and 409 is what
    # clients answer by reading again and resubmitting.
    StorageBudgetExceededError: ProblemKind(403, "storage-budget-exceeded", "Your storage budget is used up"),
    TooManyKeptError: ProblemKind(403, "too-many-kept", "You keep as many as are allowed"),
    SpendLimitError: ProblemKind(403, "spend-limit", "Your monthly spend limit does not allow this"),
    NotFoundError: ProblemKind(404, "not-found", "Not found"),
    MethodNotAllowedError: ProblemKind(405, "method-not-allowed", "Not a method of this address"),
    ConflictError: ProblemKind(409, "conflict", "Not possible in this state"),
    ConcurrentUpdateError: ProblemKind(409, "busy", "Others changed it at the same moment", 1),
    GoneError: ProblemKind(410, "gone", "Deleted for good"),
    ShareEndedError: ProblemKind(410, "share-ended", "This link has ended"),
    PreconditionFailedError: ProblemKind(412, "precondition-failed", "Changed meanwhile"),
    UnsupportedMediaTypeError: ProblemKind(415, "unsupported-media-type", "The body is not JSON"),
    InvalidRequestError: ProblemKind(422, "invalid-request", "The request cannot be accepted"),
    TooManyRequestsError: ProblemKind(429, "too-many-requests", "You ask too often", 15),
    TooManyWaitingError: ProblemKind(429, "too-many-waiting", "Too many batches wait"),
    WorkflowUnavailableError: ProblemKind(
        503, "workflow-unavailable", "The workflow could not be started", 5
    ),
}
"""Every error that a request can meet."""

UNAVAILABLE = ProblemKind(503, "unavailable", "Something Retake needs did not answer; try again", 2)
BROKEN = ProblemKind(500, "internal-error", "Something went wrong on our side")

ALL_KINDS: tuple[ProblemKind, ...] = (*KINDS.values(), UNAVAILABLE, BROKEN)


def kind_of(error: RetakeError) -> ProblemKind:
    """Return what an error is answered as; one that is in no table is ours."""
    known = KINDS.get(type(error))
    if known is not None:
        return known
    return UNAVAILABLE if isinstance(error, TransientError) else BROKEN


def faults_of(error: RetakeError) -> Sequence[Fault]:
    """Return the fields at fault, as far as an error names them."""
    return error.faults if isinstance(error, RequestError) else ()


def answer_problem(
    kind: ProblemKind,
    detail: str,
    *,
    path: str,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] = {},
) -> Response[str]:
    """Return a problem as ``application/problem+json``.

    Args:
        kind: Its type.
        detail: What happened and what to do about it.
        path: The request's.
        faults: The fields at fault.
        headers: More headers, such as ``Allow``.
    """
    body = Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=path,
        errors=[FaultView.of(fault) for fault in faults],
    )
    sent: dict[str, str | list[str]] = dict(headers)
    if kind.retry_after_s is not None:
        sent["Retry-After"] = str(kind.retry_after_s)
    return Response(kind.status, content_type=PROBLEM_TYPE, body=body.model_dump_json(), headers=sent)
