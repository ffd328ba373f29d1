"""Whether Retake works, and what it offers."""

import json
from typing import Any

import pytest

from retake.routes import PREFIX, ROUTES
from tests.fakes.world import World
from tests.http_api import Api

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(api: Api) -> dict[str, Any]:
    answer = api.get("/openapi.json")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json"
    found: dict[str, Any] = json.loads(answer.text)
    return found


def test_status(api: Api, world: World) -> None:
    answer = api.get("/status")
    assert answer.status == 200
    assert answer.json["status"] == "ok"
    assert answer.json["provider"] == "directed"
    assert answer.json["time"].startswith(world.clock.now().isoformat()[:19])


def test_every_route_is_documented_and_no_other(document: dict[str, Any]) -> None:
    offered = {
        f"{PREFIX}{route.split(' ')[1]} {route.split(' ')[0].lower()}"
        for routes in ROUTES.values()
        for route in routes
    }
    documented = {
        f"{path} {method}"
        for path, methods in document["paths"].items()
        for method in methods
        if method in METHODS
    }
    assert documented == offered


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        part = document
        for name in reference.removeprefix("#/").split("/"):
            assert name in part, reference
            part = part[name]


def test_the_document_says_what_a_reader_needs(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.")
    assert document["security"] == [{"token": []}]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], f"{method} {path} is not explained"
            assert operation["responses"]
            wanted = {part[1:-1] for part in path.split("/") if part.startswith("{")}
            given = {item["name"] for item in operation.get("parameters", []) if item["in"] == "path"}
            assert given == wanted
    ids = [
        operation["operationId"] for methods in document["paths"].values() for operation in methods.values()
    ]
    assert len(ids) == len(set(ids))


def test_money_is_a_number(document: dict[str, Any]) -> None:
    accepted = document["components"]["schemas"]["AcceptedBatchView"]["properties"]
    kinds = [option["type"] for option in accepted["estimated_total_cost"]["anyOf"]]
    assert kinds == ["number", "null"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/status", "GET"),
        ("TRACE", "/jobs/id-1", "DELETE, GET, PATCH"),
        ("PUT", "/videos/batch", "DELETE, GET, POST"),
    ],
)
def test_another_method_of_a_path_is_answered_with_those_it_has(
    api: Api, method: str, path: str, allowed: str
) -> None:
    answer = api.call(method, path)
    assert (answer.status, answer.headers["allow"]) == (405, allowed)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["type"] == "urn:retake:problem:method-not-allowed"


@pytest.mark.parametrize("path", ["/", "/nothing", "/jobs/id-1/nothing", "/statusx"])
def test_a_path_that_is_no_route(api: Api, path: str) -> None:
    answer = api.get(path)
    assert (answer.status, answer.json["type"]) == (404, "urn:retake:problem:not-found")


def test_a_preflight_is_left_to_the_gateway(api: Api) -> None:
    assert api.call("OPTIONS", "/jobs").status == 204


def test_the_page_lists_the_routes(api: Api) -> None:
    answer = api.get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "/clips/batch-regenerate" in answer.text


def references(part: Any) -> list[str]:
    """Return every ``$ref`` below a part of the document."""
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for value in part.values() for found in references(value)]
    if isinstance(part, list):
        return [found for value in part for found in references(value)]
    return []
