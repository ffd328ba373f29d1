"""Holds answers against the OpenAPI document: what a client generated from it could not read is a failure."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from retake.api import system
from retake.api.http.answer_schemas import HEADERS
from retake.api.http.openapi import openapi_json

METHODS = frozenset({"get", "post", "put", "patch", "delete"})


@cache
def document() -> dict[str, Any]:
    """Return the document."""
    read: dict[str, Any] = json.loads(openapi_json(system.router))
    return read


def require_documented(
    method: str, template: str, *, status: int, headers: Mapping[str, str], text: str
) -> None:
    """Fail where an answer is not as the document says.

    Args:
        method: Of the request.
        template: Of its path, with ``{job_id}`` and the like.
        status: Of the answer.
        headers: Of the answer, their names in any case.
        text: Its body.
    """
    name = f"{method} {template}"
    operation = document()["paths"][template][method.lower()]
    found = {key.lower(): value for key, value in headers.items()}
    answers = operation["responses"]
    assert str(status) in answers, f"{name} answers {status}, which is not documented: {text[:500]}"
    answer = _answer_of(method, template, status)
    media_type = found.get("content-type", "").split(";")[0]
    assert media_type in answer["content"], f"{name} answers {status} as {media_type!r}: {text[:500]}"
    documented = {header.lower() for header in answer.get("headers", {})}
    known = {header.lower() for header in HEADERS} & set(found)
    assert known <= documented, f"{name} answers {status} with undocumented {known - documented}"
    missing = {header for header in documented - set(found) if _is_promised(header)}
    assert not missing, f"{name} answers {status} without {missing}"
    body = json.loads(text) if media_type.endswith("json") else text
    faults = [error.message for error in _validator(method, template, status, media_type).iter_errors(body)]
    assert not faults, f"{name} answers {status} with a body that is not as documented: {faults}"
    if media_type == "text/event-stream":
        union = "JobEvent" if "{job_id}" in template else "UserEvent"
        faults = [
            error.message for each in events_of(text) for error in _event_validator(union).iter_errors(each)
        ]
        assert not faults, f"{name} answers with events that are not as documented: {faults}"


def events_of(text: str) -> list[dict[str, Any]]:
    """Return the events of a stream, read as the HTML standard has it, their data as JSON."""
    blocks = [
        dict(line.split(": ", 1) for line in block.split("\n")) for block in text.split("\n\n") if block
    ]
    return [
        {"id": int(block["id"]), "event": block["event"], "data": json.loads(block["data"])}
        for block in blocks
        if "event" in block
    ]


def _is_promised(header: str) -> bool:
    """Whether an answer that documents a header always has it."""
    return any(item.get("required") for name, item in HEADERS.items() if name.lower() == header)


def template_of(method: str, path: str) -> str:
    """Return the path template that an address belongs to: fixed parts go before parameters."""
    fitting = _fitting(method, path)
    assert fitting, f"no operation is {method} {path}"
    return min(fitting, key=lambda template: template.count("{"))


def is_documented(method: str, path: str) -> bool:
    """Whether an address is one of an operation."""
    return bool(_fitting(method, path))


def _fitting(method: str, path: str) -> list[str]:
    return [
        template
        for template, methods in document()["paths"].items()
        if method.lower() in methods and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]


def _answer_of(method: str, template: str, status: int) -> dict[str, Any]:
    answer: dict[str, Any] = document()["paths"][template][method.lower()]["responses"][str(status)]
    shared = answer.get("$ref", "").removeprefix("#/components/responses/")
    return document()["components"]["responses"][shared] if shared else answer


@cache
def _validator(method: str, template: str, status: int, media_type: str) -> jsonschema_rs.Validator:
    answer = _answer_of(method, template, status)
    schema = {**answer["content"][media_type]["schema"], "components": document()["components"]}
    return jsonschema_rs.validator_for(schema)


@cache
def _event_validator(union: str) -> jsonschema_rs.Validator:
    schema = {"$ref": f"#/components/schemas/{union}", "components": document()["components"]}
    return jsonschema_rs.validator_for(schema)
