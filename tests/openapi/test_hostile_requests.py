"""What no client sends by mistake: each operation refuses it by name, and none fails over it.

The cases are made of the OpenAPI document, so a new operation is among them by itself.
"""

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic_core import core_schema

from retake.api.http.messages import OTHERWISE, SENTENCES, sentence_of
from retake.routes import PREFIX
from tests.builders import JOB, USER, store_ready_job
from tests.fakes.world import World
from tests.handler_world import api, world
from tests.http_api import Answer, Api
from tests.openapi.requests import LIST, Operation, body_with, chosen_of, example_of, operations

__all__ = ["api", "world"]

ALL = list(operations())
WITH_BODY = [operation for operation in ALL if operation.body is not None]
WITH_PATH = [operation for operation in ALL if operation.parameters("path")]
KNOWN = {"job_id": JOB, "clip_index": "0", "user_id": USER}


@pytest.fixture(autouse=True)
def _job(world: World) -> None:
    store_ready_job(world.jobs, world.objects)


def path_of(operation: Operation, **changed: str) -> str:
    path = operation.template.removeprefix(PREFIX)
    for name in operation.parameters("path"):
        path = path.replace(f"{{{name}}}", {**KNOWN, **changed}.get(name, "none"))
    return path


def send(api: Api, operation: Operation, text: str | None, **options: Any) -> Answer:
    path = options.pop("path", None) or path_of(operation)
    needed = {
        item["name"]: "1"
        for item in operation.definition.get("parameters", ())
        if item["in"] == "query" and item["required"]
    }
    options["query"] = {**needed, **options.get("query", {})}
    return api.call(operation.method, path, text=text, groups="[admin]", **options)


def places(schema: Any, kind: str, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Return every place of a body where a value of a type goes, and of no other."""
    if len([option for option in schema.get("anyOf", ()) if option.get("type") != "null"]) > 1:
        return
    chosen = chosen_of(schema)
    if chosen.get("type") == kind:
        yield place
    for name, inner in chosen.get("properties", {}).items():
        yield from places(inner, kind, (*place, name))
    if "items" in chosen:
        yield from places(chosen["items"], kind, (*place, LIST))


def written(place: tuple[str, ...]) -> str:
    return ".".join(place).replace(f".{LIST}", "[0]")


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
@pytest.mark.parametrize(
    "media_type",
    ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain", "application/xml"],
)
def test_bodies_of_another_media_type(api: Api, operation: Operation, media_type: str) -> None:
    text = '--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nb\r\n--x--'
    for encoded in (False, True):
        answer = send(api, operation, text, headers={"content-type": media_type}, encoded=encoded)
        assert (answer.status, answer.json["type"]) == (415, "urn:retake:problem:unsupported-media-type")


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("[" * 100_000, 400),
        ('{"a":' * 50 + "1" + "}" * 50, 400),
        ('{"a": ' + "9" * 5000 + "}", 422),
        ('{"a": 1e999}', 422),
        ('{"a": -Infinity}', 400),
        ('{"\\ud800": 1}', 422),
        ("{'a': 1}", 400),
        ("true", 422),
        ('{"a": {"b": 1, "b": 1}}', 400),
    ],
    ids=["lists", "objects", "digits", "huge", "infinity", "name", "quotes", "true", "twice"],
)
def test_bodies_that_no_parser_likes(api: Api, operation: Operation, text: str, status: int) -> None:
    assert send(api, operation, text).status == status


def test_a_name_that_is_given_twice_is_named(api: Api) -> None:
    answer = api.call("POST", "/videos", text='{"prompt": "a sea", "seconds": 2, "prompt": "a lake"}')
    assert answer.json["detail"] == "The body gives 'prompt' more than once in one object; give it once."


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_a_body_that_is_no_utf_8(api: Api, operation: Operation) -> None:
    assert send(api, operation, '{"a": "\udcff"}', encoded=True).status == 400


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_half_a_surrogate_pair_anywhere(api: Api, operation: Operation) -> None:
    assert operation.body is not None
    for place in places(operation.body, "string"):
        answer = send(api, operation, json.dumps(body_with(operation.body, place, "a\ud800")))
        assert answer.status == 422, place
        assert [error["field"] for error in answer.json["errors"]] == [written(place)]


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
@pytest.mark.parametrize("value", [True, "1", "1_000", 1.0, 1.5, [1], {}], ids=repr)
def test_a_whole_number_is_nothing_else(api: Api, operation: Operation, value: object) -> None:
    assert operation.body is not None
    for place in places(operation.body, "integer"):
        body = body_with(operation.body, place, value)  # type: ignore[arg-type]
        answer = send(api, operation, json.dumps(body))
        faults = {error["field"]: error["detail"] for error in answer.json["errors"]}
        assert (answer.status, "Give a whole number" in faults[written(place)]) == (422, True), place


@pytest.mark.parametrize("operation", WITH_PATH, ids=str)
@pytest.mark.parametrize("value", ["x" * 5000, "%00", "a b", "1_000", "9" * 5000, "..", "{}"])
def test_a_path_that_can_name_nothing(api: Api, operation: Operation, value: str) -> None:
    body = None if operation.body is None else json.dumps(example_of(operation.body))
    for name in operation.parameters("path"):
        answer = send(api, operation, body, path=path_of(operation, **{name: value}))
        assert answer.status in {404, 405}, (name, answer.text)


@pytest.mark.parametrize("operation", ALL, ids=str)
@pytest.mark.parametrize("value", ["x" * 3000, "\ud800", "1_000", "-1", "", "%ff", "\x00"], ids=ascii)
def test_queries_and_headers_that_mean_nothing(api: Api, operation: Operation, value: str) -> None:
    body = None if operation.body is None else json.dumps(example_of(operation.body))
    for name in operation.parameters("query"):
        assert send(api, operation, body, query={name: value.encode(errors="replace").decode()}).status < 500
    listed = [item["name"] for item in operation.definition.get("parameters", ()) if item["in"] == "header"]
    for name in listed:
        assert send(api, operation, body, headers={name.lower(): value}).status < 500


@pytest.mark.parametrize("value", [8, 8.0, "8", "8.5"])
def test_seconds_are_a_number_or_the_same_as_text(api: Api, value: object) -> None:
    assert api.post("/videos/estimate", {"videos": [{"prompt": "a fox", "seconds": value}]}).status == 200


@pytest.mark.parametrize("value", [True, "eight", "8s", "1e1", "1_0", "", [8], {"s": 8}, "8" * 50])
def test_other_seconds_are_one_fault(api: Api, value: object) -> None:
    answer = api.post("/videos/estimate", {"videos": [{"prompt": "a fox", "seconds": value}]})
    assert [error["field"] for error in answer.json["errors"]] == ["videos[0].seconds"]


@pytest.mark.parametrize("value", [1_796_108_400, "1796108400", "2026-12-01", "2026-12-01T08:00:00", True])
def test_a_moment_has_a_date_a_time_and_a_zone(api: Api, value: object) -> None:
    answer = api.post("/schedules", {"at": value, "video": {"prompt": "a fox"}})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "at")


@pytest.mark.parametrize("value", ["12.5", True, "1_000", [1]])
def test_an_amount_is_a_number(api: Api, value: object) -> None:
    answer = api.call("PUT", f"/admin/budgets/{USER}", body={"monthly_spend_limit": value}, groups="[admin]")
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "monthly_spend_limit")


def test_no_sentence_is_pydantics() -> None:
    known = get_args(core_schema.ErrorType)
    assert set(SENTENCES) <= set(known)
    names = ("min_length", "max_length", "ge", "le", "gt", "lt", "pattern", "expected", "multiple_of")
    context = dict.fromkeys((*names, "decimal_places", "max_digits"), "7")
    for kind in set(known) - {"value_error"}:
        said = sentence_of(
            {"type": kind, "msg": "Input should be another", "ctx": context, "loc": ("body", "a")}
        )
        assert said.endswith(".")
        assert "Input" not in said
        assert "{" not in said


def test_what_is_not_foreseen_has_a_sentence() -> None:
    assert sentence_of({"type": "frozen_set_type", "msg": "Input should be a frozenset"}) == OTHERWISE
