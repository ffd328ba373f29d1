"""What breaks clients of a released document is found, and nothing else is."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cli.compatibility import breaking_changes
from infra.cli.openapi import DOCUMENT, RELEASED, read_openapi

Json = dict[str, Any]
BATCH = "/api/v1/jobs/{job_id}/clips/batch-regenerate"
JOB = "/api/v1/jobs/{job_id}"
JOBS = "/api/v1/jobs"
RELEASE: Json = json.loads(DOCUMENT.read_bytes())


def changed(change: Callable[[Json], object]) -> list[str]:
    document = copy.deepcopy(RELEASE)
    change(document)
    return breaking_changes(RELEASE, document)


def schema(document: Json, name: str) -> Json:
    found: Json = document["components"]["schemas"][name]
    return found


def parameter(document: Json, path: str, method: str, name: str) -> Json:
    found: Json = next(each for each in document["paths"][path][method]["parameters"] if each["name"] == name)
    return found


def add_parameter(document: Json, *, required: bool) -> None:
    new = {"in": "query", "name": "fresh", "required": required, "schema": {"type": "string"}}
    document["paths"][JOBS]["get"]["parameters"].append(new)


def add_field(document: Json, name: str, *, required: bool) -> None:
    schema(document, name)["properties"]["fresh"] = {"type": "string"}
    if required:
        schema(document, name)["required"] = [*schema(document, name).get("required", ()), "fresh"]


def _events(document: Json) -> list[Json]:
    answer = document["paths"][f"{JOB}/events"]["get"]["responses"]["200"]
    found: list[Json] = answer["content"]["text/event-stream"]["itemSchema"]["anyOf"]
    return found


def test_clients_of_the_last_release_still_work() -> None:
    way_out = (
        "keep what they use, or release a new major version and write its document to "
        f"{RELEASED.name} with `retake openapi --out`"
    )
    assert breaking_changes(json.loads(RELEASED.read_bytes()), json.loads(read_openapi())) == [], way_out


BREAKING: dict[str, tuple[Callable[[Json], object], str]] = {
    "a path": (lambda new: new["paths"].pop(JOB), f"GET {JOB} was removed"),
    "an operation": (lambda new: new["paths"][JOB].pop("delete"), f"DELETE {JOB} was removed"),
    "a parameter": (
        lambda new: new["paths"][JOBS]["get"]["parameters"].remove(parameter(new, JOBS, "get", "limit")),
        f"GET {JOBS}: the parameter limit was removed",
    ),
    "a new required parameter": (
        lambda new: add_parameter(new, required=True),
        f"GET {JOBS}: the parameter fresh is required now",
    ),
    "a parameter that turns required": (
        lambda new: parameter(new, JOBS, "get", "limit").update(required=True),
        f"GET {JOBS}: the parameter limit is required now",
    ),
    "a narrower parameter": (
        lambda new: parameter(new, JOBS, "get", "limit")["schema"].update(maximum=3),
        f"GET {JOBS}: the parameter limit has maximum 3 now, and had 100.0",
    ),
    "a field of an answer": (
        lambda new: schema(new, "JobView")["properties"].pop("title"),
        "JobView.title was removed",
    ),
    "a field of an answer that may be missing": (
        lambda new: schema(new, "JobView")["required"].remove("title"),
        "JobView.title may be missing now",
    ),
    "a field of an answer of another type": (
        lambda new: schema(new, "JobView")["properties"].update(title={"type": "integer"}),
        "JobView.title is integer now, and was string",
    ),
    "a field of an answer that may be null": (
        lambda new: schema(new, "JobView")["properties"].update(
            title={"anyOf": [{"type": "string"}, {"type": "null"}]}
        ),
        "JobView.title may be null now",
    ),
    "a field of a request": (
        lambda new: schema(new, "BatchRequestModel")["properties"].pop("instruction"),
        "BatchRequestModel.instruction was removed",
    ),
    "a new required field of a request": (
        lambda new: add_field(new, "BatchRequestModel", required=True),
        "BatchRequestModel.fresh is required now",
    ),
    "a field of a request that turns required": (
        lambda new: schema(new, "BatchRequestModel")["required"].append("instruction"),
        "BatchRequestModel.instruction is required now",
    ),
    "a value of an enumeration": (
        lambda new: schema(new, "UploadRequest")["properties"]["content_type"]["enum"].remove("video/mp4"),
        "UploadRequest.content_type is not video/mp4 any more",
    ),
    "an event": (
        lambda new: _events(new).pop(0),
        f"GET {JOB}/events: the answer 200 is not batch_started any more",
    ),
    "a field of an event": (
        lambda new: schema(new, "BatchStartedEvent")["properties"]["data"]["properties"].pop("batch_id"),
        "BatchStartedEvent.data.batch_id was removed",
    ),
    "a success": (
        lambda new: new["paths"][BATCH]["post"]["responses"].pop("202"),
        f"POST {BATCH} does not answer 202 any more",
    ),
    "a header of an answer": (
        lambda new: new["paths"][BATCH]["post"]["responses"]["202"]["headers"].pop("Location"),
        f"POST {BATCH}: the answer 202 has no Location any more",
    ),
    "a new body": (
        lambda new: new["paths"][JOB]["delete"].update(requestBody={"required": True, "content": {}}),
        f"DELETE {JOB} requires a body now",
    ),
    "a media type": (
        lambda new: new["paths"][JOB]["get"]["responses"]["200"].update(content={"text/html": {}}),
        f"GET {JOB}: the answer 200 is not application/json any more",
    ),
}

ADDITIONS: dict[str, Callable[[Json], object]] = {
    "nothing": lambda _new: None,
    "a path": lambda new: new["paths"].update({"/api/v1/fresh": new["paths"][JOB]}),
    "an optional parameter": lambda new: add_parameter(new, required=False),
    "a field of an answer": lambda new: add_field(new, "JobView", required=True),
    "headers that problems had at times": lambda new: [
        answer.pop("headers", None) for answer in new["components"]["responses"].values()
    ],
    "an optional field of a request": lambda new: add_field(new, "BatchRequestModel", required=False),
    "a field of a request that turns optional": lambda new: schema(new, "BatchRequestModel").update(
        required=[]
    ),
    "a value of an enumeration": lambda new: schema(new, "UploadRequest")["properties"]["content_type"][
        "enum"
    ].append("video/x-new"),
    "an event": lambda new: _events(new).append({"properties": {"event": {"const": "fresh"}}}),
    "a field of an event": lambda new: schema(new, "BatchStartedEvent")["properties"]["data"][
        "properties"
    ].update(fresh={"type": "string"}),
    "a wider parameter": lambda new: parameter(new, JOBS, "get", "limit")["schema"].update(maximum=300),
    "a success": lambda new: new["paths"][BATCH]["post"]["responses"].update({"200": {"content": {}}}),
    "a status of an error": lambda new: new["paths"][JOB]["get"]["responses"].update(
        {"451": {"content": {}}}
    ),
    "words": lambda new: schema(new, "JobView").update(description="Said in another way"),
}


@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_a_client_is_named(name: str) -> None:
    change, reported = BREAKING[name]
    assert reported in changed(change)


@pytest.mark.parametrize("name", ADDITIONS)
def test_an_addition_breaks_nothing(name: str) -> None:
    assert changed(ADDITIONS[name]) == []


def fields() -> Iterator[tuple[str, str]]:
    """Return every field of every request and answer of an operation."""
    no_operation = {"MethodNotAllowedProblem"}  # answered where a path has no such method
    for name, found in RELEASE["components"]["schemas"].items():
        if name not in no_operation and not name.endswith("Event"):
            yield from ((name, field) for field in found.get("properties", {}))


@given(st.sampled_from(sorted(fields())))
def test_no_field_can_be_removed_unnoticed(place: tuple[str, str]) -> None:
    name, field = place
    assert f"{name}.{field} was removed" in changed(lambda new: schema(new, name)["properties"].pop(field))
