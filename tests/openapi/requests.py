"""Requests made of the OpenAPI document: the smallest that is valid, and with a certain id at one place."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from retake.contracts.values import ID_PATTERN
from tests.documented import document

UNKNOWN = str(uuid.UUID(int=7))
"""An id of no record."""

Place = tuple[str, ...]
LIST = "[]"
"""The part of a place that is any item of a list."""


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    method: str
    template: str
    definition: Mapping[str, Any]

    @property
    def body(self) -> Mapping[str, Any] | None:
        """The schema of its body, if it takes one."""
        content = self.definition.get("requestBody", {}).get("content", {})
        return content["application/json"]["schema"] if content else None

    def parameters(self, where: str) -> dict[str, Mapping[str, Any]]:
        """Return the schemas of its parameters in ``path`` or ``query``, by name."""
        listed = self.definition.get("parameters", ())
        return {item["name"]: item["schema"] for item in listed if item["in"] == where}

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def operations() -> Iterator[Operation]:
    """Return every operation."""
    for template, methods in document()["paths"].items():
        for method, definition in methods.items():
            yield Operation(method.upper(), template, definition)


def is_id(schema: Mapping[str, Any]) -> bool:
    """Whether a value names a record."""
    return chosen_of(schema).get("pattern") == ID_PATTERN


def id_places(schema: Mapping[str, Any], place: Place = ()) -> Iterator[Place]:
    """Return every place of a body where a record is named."""
    chosen = chosen_of(schema)
    if is_id(chosen):
        yield place
    for name, inner in chosen.get("properties", {}).items():
        yield from id_places(inner, (*place, name))
    if "items" in chosen:
        yield from id_places(chosen["items"], (*place, LIST))


def body_with(schema: Mapping[str, Any], place: Place, value: str) -> Any:
    """Return the smallest valid body that has a value at one place."""
    chosen = chosen_of(schema)
    if not place:
        return value
    part, rest = place[0], place[1:]
    if part == LIST:
        return [body_with(chosen["items"], rest, value)]
    body = example_of(schema)
    return {**body, part: body_with(chosen["properties"][part], rest, value)}


def example_of(schema: Mapping[str, Any]) -> Any:
    """Return the smallest valid value."""
    chosen = chosen_of(schema)
    if is_id(chosen):
        return UNKNOWN
    if chosen.get("format") == "date-time":  # an example that is written down lies in the past one day
        return (datetime.now(UTC) + timedelta(days=30)).isoformat()
    if schema.get("examples"):
        return schema["examples"][0]
    if chosen.get("examples"):
        return chosen["examples"][0]
    for keyword in ("const", "enum"):
        if keyword in chosen:
            return chosen["const"] if keyword == "const" else chosen["enum"][0]
    return _example_of_type(chosen)


def _example_of_type(schema: Mapping[str, Any]) -> Any:
    match schema.get("type"):
        case "object":
            required: Sequence[str] = schema.get("required", ())
            return {name: example_of(schema["properties"][name]) for name in required}
        case "array":
            return [example_of(schema["items"])]
        case "integer" | "number":
            return int(schema.get("minimum", 0))
        case "string":
            return "a red fox in snow"
    raise AssertionError(f"no example of {schema}")


def chosen_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema, its reference followed and the first option that is not null taken."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return chosen_of(document()["components"]["schemas"][name])
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return chosen_of(option)
    return schema
