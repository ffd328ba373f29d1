"""Calls the functions behind the routes as API Gateway does, with events of its format 2.0."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from retake.routes import FALLBACK, FALLBACK_FUNCTION, PREFIX, PUBLIC_ROUTES, ROUTES
from tests.builders import USER
from tests.documented import require_documented
from tests.fakes.world import World
from tests.lambda_calls import invoke


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """Return the body, read as JSON."""
        return json.loads(self.text)


class Api:
    """The HTTP API, each route answered by the function that the template gives it to.

    Every answer is held against the OpenAPI document.
    """

    def __init__(self, world: World) -> None:
        self.world = world

    def get(self, path: str, **options: Any) -> Answer:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.call("POST", path, body=body, **options)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        text: str | None = None,
        user: str = USER,
        groups: str | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
        encoded: bool = False,
    ) -> Answer:
        """Send a request.

        ``groups`` is the claim as the gateway hands it on, ``text`` a body that is no JSON, and
        ``encoded`` sends it in base64.
        """
        if body is not None:
            text = json.dumps(body)
        if text is not None and encoded:
            text = base64.b64encode(text.encode(errors="surrogateescape")).decode()
        route, function = _route(method, path)
        named = _named(route, path)
        is_public = route in _PUBLIC
        claims = {"sub": user} | ({} if groups is None else {"cognito:groups": groups})
        event = {
            "version": "2.0",
            "routeKey": route,
            "pathParameters": named,
            "rawPath": PREFIX + path,
            "rawQueryString": urlencode(query or {}),
            "queryStringParameters": {name: str(value) for name, value in (query or {}).items()},
            "headers": {"content-type": "application/json", **(headers or {})},
            "requestContext": {
                "http": {"method": method, "path": PREFIX + path, "sourceIp": "192.0.2.1"},
                **({} if is_public else {"authorizer": {"jwt": {"claims": claims, "scopes": None}}}),
                "requestId": "request-1",
                "stage": "$default",
            },
            "body": text,
            "isBase64Encoded": encoded,
        }
        answer = invoke(function, event)
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        answered = Answer(answer["statusCode"], headers, answer["body"] or "")
        if route == FALLBACK:
            return answered
        require_documented(
            method,
            route.split(" ")[1],
            status=answered.status,
            headers=answered.headers,
            text=answered.text,
        )
        return answered


_PUBLIC = {route.key for route in PUBLIC_ROUTES}
_PATTERNS = [
    (re.compile(re.sub(r"\{\w+\}", "[^/]+", route)), route.key, function)
    for function, routes in ROUTES.items()
    for route in routes
]


def _route(method: str, path: str) -> tuple[str, str]:
    """Return the route that API Gateway would choose, fixed parts before parameters, and its function."""
    request = f"{method} {path}"
    fitting = [
        (key.count("{"), key, function) for pattern, key, function in _PATTERNS if pattern.fullmatch(request)
    ]
    if not fitting:
        return FALLBACK, FALLBACK_FUNCTION
    _, key, function = min(fitting)
    return key, function


def _named(route: str, path: str) -> dict[str, str]:
    """Return the parts of a path that its route names."""
    template = route.partition(PREFIX)[2]
    found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
    return {} if found is None else found.groupdict()
