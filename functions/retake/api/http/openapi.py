"""The OpenAPI document of the whole API, and a page made of it.

Powertools reads bodies and parameters off the routes' functions; what is answered comes from
``operations`` and from the table of problems, so that no route lists its errors by hand.
"""

import html
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake.api.http.answer_schemas import COMPONENTS, HEADERS, Answers
from retake.api.http.app import build_app
from retake.api.http.links import add_links
from retake.api.http.operations import operation_of
from retake.api.http.parameters import HEADER_NAMES
from retake.contracts.events import event_schemas
from retake.routes import PREFIX, PUBLIC_ROUTES
from retake.version import __version__

TITLE = "Retake"
DESCRIPTION = "Make, regenerate, version and recompose AI-made videos and their clips."


REPLACED = ("HTTPValidationError", "ResponseValidationError", "ValidationError")
"""Schemas of answers that Powertools would give and this application does not."""


@cache
def openapi_json(system: APIGatewayHttpRouter) -> str:
    """Return the document, generated from every route of every function.

    Args:
        system: The routes of the function that answers it; it imports this module.
    """
    app = _whole_app(system)
    document: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(
            title=TITLE,
            version=__version__,
            description=DESCRIPTION,
            security_schemes={"token": HTTPBearer(bearerFormat="JWT")},
            security=[{"token": []}],
        )
    )
    answers = Answers()
    for path, method, function in _routes_of(app):
        operation = document["paths"][path][method]
        operation["operationId"] = function.__name__
        if f"{method.upper()} {path.removeprefix(PREFIX)}" in PUBLIC_ROUTES:
            operation["security"] = []
        for parameter in operation.get("parameters", ()):
            parameter["schema"] = _without_null(parameter["schema"])
            if parameter["in"] == "header":
                parameter["name"] = HEADER_NAMES[parameter["name"]]
        operation["responses"] = answers.of(operation, operation_of(function))
    schemas = document["components"]["schemas"]
    for name in REPLACED:
        schemas.pop(name, None)
    schemas.update(COMPONENTS)
    for name, schema in event_schemas().items():
        schemas.setdefault(name, schema)
    document["components"].update(responses=answers.shared, headers=HEADERS)
    add_links(document)
    return json.dumps(document, sort_keys=True)


def _whole_app(system: APIGatewayHttpRouter) -> APIGatewayHttpResolver:
    from retake.api import (
        batches,
        clips,
        creations,
        downloads,
        events,
        generations,
        jobs,
        projects,
        queue,
        schedules,
        shared,
        shares,
        soundtracks,
        streams,
        templates,
        uploads,
        usage,
        versions,
        videos,
    )

    parts = (
        uploads,
        jobs,
        clips,
        soundtracks,
        streams,
        batches,
        creations,
        videos,
        downloads,
        queue,
        projects,
        templates,
        schedules,
        shares,
        shared,
        events,
        versions,
        usage,
        generations,
    )
    return build_app(*(part.router for part in parts), system)


def _routes_of(app: APIGatewayHttpResolver) -> Iterator[tuple[str, str, Callable[..., object]]]:
    """Return each route as the document names it, and the function that answers it."""
    for route in (*app._static_routes, *app._dynamic_routes):  # noqa: SLF001 - there is no public list
        yield route.openapi_path, route.method.lower(), route.func


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter's schema: what is left out is not sent as null."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) != 1:
        return schema
    (option,) = options
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **option}


@cache
def openapi_page(system: APIGatewayHttpRouter) -> str:
    """Return the routes as a plain page."""
    document: dict[str, Any] = json.loads(openapi_json(system))
    rows = "".join(
        f"<tr><td><code>{method.upper()}</code></td><td><code>{html.escape(path)}</code></td>"
        f"<td>{html.escape(route.get('summary') or '')}</td></tr>"
        for path, methods in document["paths"].items()
        for method, route in methods.items()
    )
    return (
        f"<!doctype html><html lang=en><title>{TITLE} API</title>"
        "<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem}"
        "td{padding:.25rem .75rem;border-bottom:1px solid #8884}</style>"
        f"<h1>{TITLE} API</h1><p>{DESCRIPTION} The whole document: <code>openapi.json</code>.</p>"
        f"<table>{rows}</table>"
    )
