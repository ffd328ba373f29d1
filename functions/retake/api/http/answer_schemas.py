"""The answers of operations in the OpenAPI document: successes, problems, and those of the gateway."""

from collections.abc import Mapping, Sequence
from typing import Any

from retake.api.http.operations import JSON, Operation
from retake.api.http.problems import (
    ALL_KINDS,
    BROKEN,
    KINDS,
    PROBLEM_TYPE,
    UNAVAILABLE,
    ProblemKind,
)
from retake.contracts.common import FaultView, Problem
from retake.contracts.events import REFERENCE, EventUnion
from retake.domain.errors import (
    InvalidRequestError,
    MalformedBodyError,
    NotFoundError,
    PreconditionFailedError,
    RetakeError,
    TooManyRequestsError,
    UnsupportedMediaTypeError,
)

HEADERS: Mapping[str, Mapping[str, Any]] = {
    "Location": {
        "description": "The address of what is made or changed",
        "required": True,
        "schema": {"type": "string"},
    },
    "ETag": {"description": "Names this state, for If-Match", "required": True, "schema": {"type": "string"}},
    "Cache-Control": {"description": "no-store", "required": True, "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds after which to try again", "schema": {"type": "integer"}},
    "Idempotency-Replayed": {
        "description": "Whether this is the first answer to this Idempotency-Key, given again",
        "schema": {"const": "true", "type": "string"},
    },
    "WWW-Authenticate": {"description": "Bearer, and why", "schema": {"type": "string"}},
}
DESCRIPTIONS: Mapping[int, str] = {
    200: "Done",
    201: "Made",
    202: "Accepted; it goes on by itself",
    401: "The gateway's own answer to a missing, expired or foreign token: no route was reached",
    413: "The gateway's own answer to a body of more than 10 MB",
    429: "Too many requests of yours in a minute; or the gateway's own answer to too many of all a second",
    500: "Something went wrong on our side; or the gateway's own answer where a function did not answer",
    503: "Something did not answer, try again; or the gateway's own answer after 30 seconds",
}
GATEWAY = "GatewayError"
UNAUTHORIZED, TOO_LARGE = 401, 413
GATEWAY_STATUSES = frozenset({UNAUTHORIZED, TOO_LARGE, 429, 500, 503})
"""What API Gateway answers by itself, to any route; 413 where there is a body."""


def _component_of(kind: ProblemKind) -> str:
    return "".join(word.capitalize() for word in kind.slug.split("-")) + "Problem"


def _schema_of(kind: ProblemKind) -> dict[str, Any]:
    """Return a problem whose type and status are known, for clients to tell apart."""
    schema = Problem.model_json_schema(ref_template=f"{REFERENCE}{{model}}", mode="serialization")
    properties = {
        **schema["properties"],
        "type": {"type": "string", "const": kind.type},
        "status": {"type": "integer", "const": kind.status},
        "title": {"type": "string", "description": f"Always: {kind.title}"},
    }
    return {
        "title": _component_of(kind),
        "description": f"{kind.title}.",
        "type": "object",
        "properties": properties,
        "required": schema["required"],
    }


def _one_of(kinds: Sequence[ProblemKind]) -> dict[str, Any]:
    references = {kind.type: f"{REFERENCE}{_component_of(kind)}" for kind in kinds}
    options = [{"$ref": reference} for reference in references.values()]
    if len(options) == 1:
        return dict(options[0])
    return {"oneOf": options, "discriminator": {"propertyName": "type", "mapping": references}}


COMPONENTS: Mapping[str, Mapping[str, Any]] = {
    **{_component_of(kind): _schema_of(kind) for kind in ALL_KINDS},
    "Problem": {
        "title": "Problem",
        "description": "Any error that the API itself answers; its type tells which.",
        **_one_of(ALL_KINDS),
    },
    "FaultView": FaultView.model_json_schema(),
    GATEWAY: {
        "title": GATEWAY,
        "description": "An answer of API Gateway itself, whose form cannot be chosen on an HTTP API.",
        "type": "object",
        "properties": {"message": {"type": "string", "examples": ["Unauthorized"]}},
        "required": ["message"],
    },
}
"""Schemas of what is answered besides the contracts."""


class Answers:
    """The answers of all operations; what many have in common is written once and referred to.

    Attributes:
        shared: Problems by name, for ``components/responses``.
    """

    def __init__(self) -> None:
        self.shared: dict[str, dict[str, Any]] = {}

    def of(self, operation: Mapping[str, Any], answered: Operation) -> dict[str, Any]:
        """Return all that an operation answers.

        Args:
            operation: What Powertools read off the route: its parameters, its body, and what it returns.
            answered: What the route's function says of its answers.
        """
        returned = operation["responses"]["200"].get("content", {}).get(JSON, {}).get("schema", {})
        parameters = {(item["in"], item["name"]) for item in operation.get("parameters", ())}
        answers = {
            str(status): _success(status, answered, returned, parameters) for status in answered.statuses
        }
        kinds = _kinds_of(operation, answered, parameters)
        for status in sorted({kind.status for kind in kinds} | _gateway_statuses(operation)):
            same = sorted((kind for kind in kinds if kind.status == status), key=lambda kind: kind.slug)
            answers[str(status)] = {"$ref": f"#/components/responses/{self._share(status, same)}"}
        return answers

    def _share(self, status: int, kinds: Sequence[ProblemKind]) -> str:
        names = [_component_of(kind).removesuffix("Problem") for kind in kinds]
        if status in GATEWAY_STATUSES:
            names.append(f"Gateway{status}")
        name = "Or".join(names)
        self.shared[name] = _problem_of(status, kinds)
        return name


def _gateway_statuses(operation: Mapping[str, Any]) -> set[int]:
    without = set() if "requestBody" in operation else {TOO_LARGE}
    if operation.get("security") == []:  # it asks for no user's token
        without.add(UNAUTHORIZED)
    return set(GATEWAY_STATUSES - without)


def _success(
    status: int, answered: Operation, returned: Mapping[str, Any], parameters: set[tuple[str, str]]
) -> dict[str, Any]:
    names = list(answered.headers)
    if ("header", "Idempotency-Key") in parameters:
        names.append("Idempotency-Replayed")
    return {
        "description": DESCRIPTIONS[status],
        "content": {answered.media_type.split(";")[0]: _body_of(answered, returned)},
        **_headers(names),
    }


def _body_of(answered: Operation, returned: Mapping[str, Any]) -> dict[str, Any]:
    if answered.events is not None:
        return {"schema": {"description": "Text"}, "itemSchema": _event_of(answered.events)}
    if answered.media_type.endswith("+json"):
        return {"schema": {"type": "object"}}
    return {"schema": returned if answered.media_type == JSON else {"type": "string"}}


def _event_of(stream: EventUnion) -> dict[str, Any]:
    """Return one event of a stream, by the keyword that OpenAPI 3.2 has for it; 3.1 lets it pass."""
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9]+$", "description": "For Last-Event-ID"},
            "event": {"type": "string", "enum": list(stream.names)},
            "data": {"type": "string", "contentMediaType": JSON},
            "retry": {"type": "integer", "description": "Milliseconds after which to ask again"},
        },
        "anyOf": [
            {
                "properties": {
                    "event": {"const": name},
                    "data": {
                        "contentSchema": {"$ref": f"{REFERENCE}{stream.component_of(name)}/properties/data"}
                    },
                }
            }
            for name in stream.names
        ],
    }


def _headers(names: Sequence[str]) -> dict[str, Any]:
    return {"headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names}} if names else {}


def _kinds_of(
    operation: Mapping[str, Any], answered: Operation, parameters: set[tuple[str, str]]
) -> set[ProblemKind]:
    """Return the problems that follow from a route's form, and those it names."""
    has_body = "requestBody" in operation
    places = {place for place, _ in parameters}
    following: list[tuple[bool, type[RetakeError]]] = [
        (has_body, MalformedBodyError),
        (has_body, UnsupportedMediaTypeError),
        (has_body or bool(places - {"path"}), InvalidRequestError),
        ("path" in places, NotFoundError),
        (("header", "If-Match") in parameters, PreconditionFailedError),
        ("system" not in operation.get("tags", ()), TooManyRequestsError),
    ]
    errors = [error for follows, error in following if follows]
    return {UNAVAILABLE, BROKEN, *(KINDS[error] for error in (*errors, *answered.raises))}


def _problem_of(status: int, kinds: Sequence[ProblemKind]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    headers = []
    if kinds:
        content[PROBLEM_TYPE] = {"schema": _one_of(kinds)}
    if status in GATEWAY_STATUSES:
        content[JSON] = {"schema": {"$ref": f"{REFERENCE}{GATEWAY}"}}
    if any(kind.retry_after_s is not None for kind in kinds):
        headers.append("Retry-After")
    if status == UNAUTHORIZED:
        headers.append("WWW-Authenticate")
    described = DESCRIPTIONS.get(status, "; ".join(kind.title for kind in kinds))
    return {"description": described, "content": content, **_headers(headers)}
