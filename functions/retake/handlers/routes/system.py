"""Routes about the system: whether it works, and what it offers."""

from contextlib import suppress

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake import bootstrap
from retake.config import ProviderSettings, settings
from retake.contracts.system import StatusView
from retake.domain.errors import NotFoundError
from retake.handlers.http.openapi import VERSION, openapi_json, openapi_page
from retake.handlers.http.operations import answers

router = APIGatewayHttpRouter()
OPENAPI_TYPE = "application/vnd.oai.openapi+json"


@router.get("/status", summary="Say whether Retake works", tags=["system"])
def get_status() -> StatusView:
    """Read the table once: an answer means that the way to it is open."""
    with suppress(NotFoundError):
        bootstrap.jobs().get_job("status-check")
    return StatusView(
        status="ok",
        version=VERSION,
        provider=settings(ProviderSettings).provider,
        time=bootstrap.clock().now(),
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
