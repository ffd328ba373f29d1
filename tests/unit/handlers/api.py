"""Calls the functions behind the routes as API Gateway does, with events of its format 2.0."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from aws_lambda_powertools.utilities.typing import LambdaContext

from infra.stack.routes import FALLBACK, FALLBACK_MODULE, PREFIX, ROUTES
from tests.builders import USER
from tests.documented import require_documented
from tests.fakes.world import World


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


class Context(LambdaContext):
    """What Lambda sets for a function."""

    def __init__(self) -> None:
        self._function_name = "retake-api"
        self._memory_limit_in_mb = 256
        self._invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:retake-api"
        self._aws_request_id = "request-1"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Say how much time the function has left."""
        return 300_000


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
        route, module = _route(method, path)
        named = _named(route, path)
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
                "authorizer": {"jwt": {"claims": claims, "scopes": None}},
                "requestId": "request-1",
                "stage": "$default",
            },
            "body": text,
            "isBase64Encoded": encoded,
        }
        answer = import_module(f"retake.handlers.{module}").handler(event, Context())
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


def _route(method: str, path: str) -> tuple[str, str]:
    """Return the route that API Gateway would choose, fixed parts before parameters, and its module."""
    fitting = [
        (template.count("{"), f"{method} {PREFIX}{template}", module)
        for module, routes in ROUTES.items()
        for verb, template in (route.split(" ", 1) for route in routes)
        if verb == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    if not fitting:
        return FALLBACK, FALLBACK_MODULE
    _, route, module = min(fitting)
    return route, module


def _named(route: str, path: str) -> dict[str, str]:
    """Return the parts of a path that its route names."""
    template = route.partition(PREFIX)[2]
    found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
    return {} if found is None else found.groupdict()
