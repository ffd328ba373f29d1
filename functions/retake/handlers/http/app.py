"""The HTTP application that every API function runs, and how errors become answers."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import ServiceError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

from retake import bootstrap
from retake.contracts.common import FaultView, Problem
from retake.domain.errors import (
    ConcurrentUpdateError,
    ConflictError,
    Fault,
    ForbiddenError,
    GoneError,
    InvalidRequestError,
    NotFoundError,
    PreconditionFailedError,
    RequestError,
    RetakeError,
    SpendLimitError,
    StorageBudgetExceededError,
    TooManyKeptError,
    TooManyWaitingError,
    TransientError,
    WorkflowUnavailableError,
)
from retake.observability import logger, tracer

PREFIX = "/api/v1"
PROBLEM_TYPE = "application/problem+json"

STATUSES: dict[type[RetakeError], tuple[int, str, str]] = {
    InvalidRequestError: (422, "invalid-request", "The request cannot be accepted"),
    NotFoundError: (404, "not-found", "Not found"),
    GoneError: (410, "gone", "Deleted for good"),
    ConflictError: (409, "conflict", "Not possible in this state"),
    PreconditionFailedError: (412, "precondition-failed", "Changed meanwhile"),
    ForbiddenError: (403, "forbidden", "Not for you"),
    # 403, as other stores answer for a quota: asking again does not help until somebody acts. 507 would
    # count as our fault and be retried by clients, 429 would promise that waiting helps, and 409 is what
    # clients answer by reading again and resubmitting.
    StorageBudgetExceededError: (403, "storage-budget-exceeded", "Your storage budget is used up"),
    TooManyKeptError: (403, "too-many-kept", "You keep as many as are allowed"),
    SpendLimitError: (403, "spend-limit", "Your monthly spend limit does not allow this"),
    TooManyWaitingError: (429, "too-many-waiting", "Too many batches wait"),
    WorkflowUnavailableError: (503, "workflow-unavailable", "The workflow could not be started"),
    ConcurrentUpdateError: (409, "busy", "Others changed the job at the same moment"),
}
"""Every error a person can meet: status, the end of its ``type``, and its title."""

UNAVAILABLE = (503, "unavailable", "Something Retake needs did not answer; try again")
NOT_JSON = (415, "unsupported-media-type", "The body is not JSON")
BROKEN = (500, "internal-error", "Something went wrong on our side")

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def build_app(*routers: APIGatewayHttpRouter) -> APIGatewayHttpResolver:
    """Return an application with these routes below ``/api/v1`` that answers problems in one form."""
    app = APIGatewayHttpResolver(enable_validation=True)
    for router in routers:
        app.include_router(router, prefix=PREFIX)

    @app.exception_handler(RequestValidationError)
    def _invalid(error: RequestValidationError) -> Response[str]:
        faults = [Fault(_place(item), _sentence(item)) for item in error.errors()]
        return problem(app, InvalidRequestError("The request cannot be accepted.", faults=faults))

    @app.exception_handler([RequestUnsupportedContentType, UnicodeDecodeError])
    def _unreadable(_: Exception) -> Response[str]:
        return _answer(app, NOT_JSON, "Send the body as application/json, in UTF-8.", ())

    @app.exception_handler(RetakeError)
    def _known(error: RetakeError) -> Response[str]:
        return problem(app, error)

    @app.exception_handler(ServiceError)
    def _http(error: ServiceError) -> Response[str]:
        return _answer(app, (error.status_code, "http-error", str(error.msg)), str(error.msg), ())

    @app.exception_handler(Exception)
    def _unknown(error: Exception) -> Response[str]:
        return _unexpected(app, error)

    @app.not_found
    def _missing(_: Exception) -> Response[str]:
        return problem(app, NotFoundError(f"There is no route {app.current_event.path}."))

    return app


def entry_point(app: APIGatewayHttpResolver) -> Handler:
    """Return the Lambda handler of an application."""

    @logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP, clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        answer = app.resolve(event, context)
        logger.info(
            "answered",
            method=event.get("requestContext", {}).get("http", {}).get("method"),
            route=event.get("routeKey"),
            status=answer.get("statusCode"),
        )
        return answer

    return handler


def _unexpected(app: APIGatewayHttpResolver, error: Exception) -> Response[str]:
    logger.exception("request failed", error=type(error).__name__)
    if bootstrap.is_transient(error):
        return _answer(app, UNAVAILABLE, "Something Retake needs did not answer. Try again.", ())
    return _answer(app, BROKEN, "The request was not carried out; it is logged. Try again.", ())


def problem(app: APIGatewayHttpResolver, error: RetakeError) -> Response[str]:
    """Return an error as ``application/problem+json``."""
    known = STATUSES.get(type(error))
    if known is None:
        known = UNAVAILABLE if isinstance(error, TransientError) else BROKEN
        logger.exception("request failed", error=type(error).__name__)
    faults = error.faults if isinstance(error, RequestError) else ()
    return _answer(app, known, str(error), faults)


def _answer(
    app: APIGatewayHttpResolver, known: tuple[int, str, str], detail: str, faults: tuple[Fault, ...]
) -> Response[str]:
    status, kind, title = known
    body = Problem(
        type=f"urn:retake:problem:{kind}",
        title=title,
        status=status,
        detail=detail,
        instance=app.current_event.path,
        errors=[FaultView(field=fault.field, detail=fault.detail) for fault in faults],
    )
    return Response(status_code=status, content_type=PROBLEM_TYPE, body=body.model_dump_json())


def _place(item: dict[str, Any]) -> str:
    """Return where a fault is, as a person writes it: ``clips[0].instruction``."""
    if item["type"] == "json_invalid":  # its location counts characters
        return "body"
    place = ""
    for part in item["loc"]:
        if part in {"body", "query", "path", "header"} and not place:
            continue
        if isinstance(part, int):
            place += f"[{part}]"
        else:
            place += f".{part}" if place else str(part)
    return place or "body"


def _sentence(item: dict[str, Any]) -> str:
    if item["type"] == "extra_forbidden":
        return "There is no such field; remove it, or check its spelling."
    if item["type"] == "missing":
        return "This field is required."
    if item["type"] == "json_invalid":
        return "The body is not JSON."
    message = str(item["msg"]).removeprefix("Value error, ")
    return message[:1].upper() + message[1:] + "."
