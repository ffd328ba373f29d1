"""Routes about the system: whether it works, and what it offers."""

import re
from contextlib import suppress

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from retake import bootstrap
from retake.api.http.app import build_app, entry_point, problem
from retake.api.http.openapi import openapi_json, openapi_page
from retake.api.http.operations import Router, answers
from retake.api.http.problems import KINDS, answer_problem
from retake.config import settings
from retake.contracts.system import StatusView
from retake.domain.errors import MethodNotAllowedError, NotFoundError
from retake.provider_settings import ProviderSettings
from retake.routes import PREFIX, ROUTES, Route, SystemRoute
from retake.version import __version__

router = Router()
NO_CONTENT = 204
OPENAPI_TYPE = "application/vnd.oai.openapi+json"


@router.on(SystemRoute.STATUS, summary="Say whether Retake works", tags=["system"])
def get_status() -> StatusView:
    """Read the table once: an answer means that it can be reached."""
    with suppress(NotFoundError):
        bootstrap.context.jobs.get_job("status-check")
    return StatusView(
        status="ok",
        version=__version__,
        provider=settings(ProviderSettings).provider,
        time=bootstrap.context.clock.now(),
    )


@router.on(SystemRoute.OPENAPI, summary="Read this API's OpenAPI document", tags=["system"])
@answers(200, media_type=OPENAPI_TYPE)
def get_openapi() -> Response[str]:
    """Return the document, generated from the routes."""
    return Response(200, content_type=OPENAPI_TYPE, body=openapi_json(router))


@router.on(SystemRoute.DOCS, summary="Read about this API", tags=["system"])
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
    offered = _methods_at(event.path)
    if not offered:
        return problem(app, NotFoundError(f"There is no route {event.path[:200]}."))
    allowed = ", ".join(offered)
    detail = f"{event.http_method} is no method of this address; it takes {allowed}."
    kind = KINDS[MethodNotAllowedError]
    return answer_problem(kind, detail, path=event.path, headers={"Allow": allowed})


def _methods_at(path: str) -> list[str]:
    """Return the methods that an address has, in the order of the alphabet; none where it is no address.

    By the table of routes: the document would have to be made first, of all functions' modules.
    """
    return sorted({route.method for routes in ROUTES.values() for route in routes if _has_form(path, route)})


def _has_form(path: str, route: Route) -> bool:
    form = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(PREFIX + route.path))
    return re.fullmatch(form, path) is not None


handler = entry_point(build_app(router, missing=answer_missing))
