"""Routes about the system: whether it works, and what it offers."""

import re
from contextlib import suppress

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake import bootstrap
from retake.config import ProviderSettings, settings
from retake.contracts.system import StatusView
from retake.domain.errors import MethodNotAllowedError, NotFoundError
from retake.handlers.http.app import problem
from retake.handlers.http.openapi import methods_of, openapi_json, openapi_page
from retake.handlers.http.operations import answers
from retake.handlers.http.problems import KINDS, answer_problem
from retake.version import __version__

router = APIGatewayHttpRouter()
NO_CONTENT = 204
OPENAPI_TYPE = "application/vnd.oai.openapi+json"


@router.get("/status", summary="Say whether Retake works", tags=["system"])
def get_status() -> StatusView:
    """Read the table once: an answer means that the way to it is open."""
    with suppress(NotFoundError):
        bootstrap.context.jobs.get_job("status-check")
    return StatusView(
        status="ok",
        version=__version__,
        provider=settings(ProviderSettings).provider,
        time=bootstrap.context.clock.now(),
    )


@router.get("/openapi.json", summary="Read this API's OpenAPI document", tags=["system"])
@answers(200, media_type=OPENAPI_TYPE)
def get_openapi() -> Response[str]:
    """Return the document, generated from the routes."""
    return Response(200, content_type=OPENAPI_TYPE, body=openapi_json(router))


@router.get("/docs", summary="Read about this API", tags=["system"])
@answers(200, media_type="text/html; charset=utf-8")
def get_docs() -> Response[str]:
    """Return a page that lists the routes; nothing on it is loaded from elsewhere."""
    return Response(200, content_type="text/html; charset=utf-8", body=openapi_page(router))


def answer_missing(app: APIGatewayHttpResolver) -> Response[str]:
    """Answer a request for which the gateway has no route: 405 where its path has other methods, else 404.

    A preflight is answered with nothing: the gateway adds the CORS headers that it is configured with.
    """
    event = app.current_event
    if event.http_method == "OPTIONS":
        return Response(NO_CONTENT, content_type="text/plain", body="")
    offered = [
        methods
        for template, methods in methods_of(router).items()
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), event.path)
    ]
    if not offered:
        return problem(app, NotFoundError(f"There is no route {event.path[:200]}."))
    allowed = ", ".join(sorted({method for methods in offered for method in methods}))
    detail = f"{event.http_method} is no method of this address; it takes {allowed}."
    kind = KINDS[MethodNotAllowedError]
    return answer_problem(kind, detail, path=event.path, headers={"Allow": allowed})
