"""The HTTP application that every API function runs, and how errors become answers."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
)
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.event_handler.types import EventHandlerInstance
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

from retake import bootstrap
from retake.api.http.bodies import LONG_ANSWER, compress, read_json, require_json
from retake.api.http.messages import faults_of_validation
from retake.api.http.problems import (
    BROKEN,
    UNAVAILABLE,
    answer_problem,
    faults_of,
    kind_of,
)
from retake.contracts.values import MAX_ID_CHARS
from retake.domain.errors import (
    InvalidRequestError,
    MalformedBodyError,
    NotFoundError,
    RetakeError,
)
from retake.observability import correlate, logger, tracer
from retake.routes import PREFIX

IN_PATHS = ("job_id", "batch_id")
"""What a request's lines in the log are found by, where its path names it."""
REFUSED = "The request cannot be accepted."

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]
Missing = Callable[[APIGatewayHttpResolver], Response[str]]


class JsonRequests(OpenAPIRequestValidationMiddleware):
    """Counts requests for their users, and validates them.

    Bodies of another media type are refused: Powertools itself would read forms.
    """

    def handler(self, app: EventHandlerInstance, next_middleware: NextMiddleware) -> Response[Any]:
        """Count first: a loop of requests that are refused is a loop too. What needs no token has no user."""
        authorizer = app.current_event["requestContext"].get("authorizer") or {}
        if "jwt" in authorizer:
            bootstrap.context.request_counts.admit(authorizer["jwt"]["claims"]["sub"])
        answer: Response[Any] = super().handler(app, next_middleware)
        return answer

    def _get_body(self, app: EventHandlerInstance) -> dict[str, Any]:
        event = app.current_event
        require_json(event.headers.get("content-type") or "", has_body=bool(event.body))
        body: dict[str, Any] = self._parse_json_data(app)
        return body


def build_app(*routers: APIGatewayHttpRouter, missing: Missing | None = None) -> APIGatewayHttpResolver:
    """Return an application with these routes below ``PREFIX`` that answers problems in one form.

    Args:
        routers: Its routes.
        missing: Answers a request that none of them takes; by default with 404.
    """
    app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=read_json)
    app._request_validation_middleware = JsonRequests()  # noqa: SLF001 - there is no public way
    for router in routers:
        app.include_router(router, prefix=PREFIX)
    _answer_refusals(app)
    _answer_failures(app)

    @app.not_found
    def _missing(_: Exception) -> Response[str]:
        if missing is not None:
            return missing(app)
        return problem(app, NotFoundError(f"There is no route {app.current_event.path}."))

    return app


def _answer_refusals(app: APIGatewayHttpResolver) -> None:
    """Answer what no route takes."""

    @app.exception_handler(RequestValidationError)
    def _invalid(error: RequestValidationError) -> Response[str]:
        return problem(app, _refusal_of(error))

    @app.exception_handler(UnicodeError)
    def _unreadable(_: Exception) -> Response[str]:
        return problem(app, MalformedBodyError("The body is not UTF-8."))


def _answer_failures(app: APIGatewayHttpResolver) -> None:
    """Answer what routes raise."""

    @app.exception_handler(RetakeError)
    def _known(error: RetakeError) -> Response[str]:
        return problem(app, error)

    @app.exception_handler(Exception)
    def _unknown(error: Exception) -> Response[str]:
        return _unexpected(app, error)


def entry_point(app: APIGatewayHttpResolver) -> Handler:
    """Return the Lambda handler of an application."""
    bootstrap.make_clients()
    bootstrap.reseed_after_restore()

    @logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP, clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        named = event.get("pathParameters") or {}
        correlate({name: named.get(name) for name in IN_PATHS})
        answer = app.resolve(event, context)
        logger.info(
            "answered",
            method=event.get("requestContext", {}).get("http", {}).get("method"),
            route=event.get("routeKey"),
            status=answer.get("statusCode"),
        )
        if len(answer.get("body") or "") < LONG_ANSWER:
            return answer
        return compress(answer, event.get("headers", {}).get("accept-encoding", ""))

    return handler


def _refusal_of(error: RequestValidationError) -> RetakeError:
    """Return what a request's form is refused with: a path that can name nothing is one that is not there."""
    errors = error.errors()
    for item in errors:
        place, *names = item["loc"]
        if place == "path":
            what = str(names[0]).removesuffix("_id").replace("_", " ")
            return NotFoundError(f"There is no {what} {str(item['input'])[:MAX_ID_CHARS]!r}.")
    return InvalidRequestError(REFUSED, faults=faults_of_validation(errors))


def _unexpected(app: APIGatewayHttpResolver, error: Exception) -> Response[str]:
    logger.exception("request failed", error=type(error).__name__)
    path = app.current_event.path
    if bootstrap.is_transient(error):
        return answer_problem(UNAVAILABLE, "Something Retake needs did not answer. Try again.", path=path)
    return answer_problem(BROKEN, "The request was not carried out; it is logged. Try again.", path=path)


def problem(app: APIGatewayHttpResolver, error: RetakeError) -> Response[str]:
    """Return an error as ``application/problem+json``."""
    kind = kind_of(error)
    if kind in {UNAVAILABLE, BROKEN}:
        logger.exception("request failed", error=type(error).__name__)
    return answer_problem(kind, str(error), path=app.current_event.path, faults=faults_of(error))
