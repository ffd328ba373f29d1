"""The OpenAPI document of the whole API, and a page made of it."""

import html
import json
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake.handlers.http.app import build_app

TITLE = "Retake"
VERSION = "0.1.0"
DESCRIPTION = "Make, regenerate, version and recompose AI-made videos and their clips."


@cache
def openapi_json(system: APIGatewayHttpRouter) -> str:
    """Return the document, generated from every route of every function.

    Args:
        system: The routes of the function that answers it; it imports this module.
    """
    from retake.handlers.routes import (
        batches,
        creations,
        downloads,
        events,
        generations,
        jobs,
        projects,
        queue,
        schedules,
        templates,
        uploads,
        usage,
        versions,
        videos,
    )

    parts = (
        uploads,
        jobs,
        batches,
        creations,
        videos,
        downloads,
        queue,
        projects,
        templates,
        schedules,
        events,
        versions,
        usage,
        generations,
    )
    app = build_app(*(part.router for part in parts), system)
    return app.get_openapi_json_schema(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        security_schemes={"token": HTTPBearer(bearerFormat="JWT")},
        security=[{"token": []}],
    )


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
