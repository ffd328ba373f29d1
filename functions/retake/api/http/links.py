"""Links of the OpenAPI document: the operations that the ids in an answer can be used for."""

from collections.abc import Iterable, Mapping
from typing import Any

from retake.api.http.operations import JSON

_SCHEMAS = "#/components/schemas/"


def add_links(document: dict[str, Any]) -> None:
    """Link each success to the operations whose paths its body and its own path can fill.

    So a reader sees what can be done with an answer, and a test can follow it.
    """
    targets = [
        (operation["operationId"], names)
        for methods in document["paths"].values()
        for operation in methods.values()
        if (names := _path_names(operation))
    ]
    shared = document["components"].setdefault("links", {})
    for methods in document["paths"].values():
        for operation in methods.values():
            own = {name: f"$request.path.{name}" for name in _path_names(operation)}
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    found = {**own, **_found_in(document, answer)}
                    answer.update(_links(targets, found, own=set(own), shared=shared))


def _links(
    targets: Iterable[tuple[str, set[str]]],
    found: Mapping[str, str],
    *,
    own: set[str],
    shared: dict[str, Any],
) -> dict[str, Any]:
    links = {}
    for operation_id, names in targets:
        if own <= names <= set(found) and names != own:
            parameters = {name: found[name] for name in sorted(names)}
            key = "_".join(
                [operation_id, *(value.rsplit("#", 1)[-1].strip("/$") for value in parameters.values())]
            )
            key = key.replace("/", ".")
            shared[key] = {"operationId": operation_id, "parameters": parameters}
            links[operation_id] = {"$ref": f"#/components/links/{key}"}
    return {"links": links} if links else {}


def _path_names(operation: Mapping[str, Any]) -> set[str]:
    return {item["name"] for item in operation.get("parameters", ()) if item["in"] == "path"}


def _found_in(document: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, str]:
    """Return the runtime expressions of a body's fields, those of the first of a list included.

    An entry with a ``kind`` is of several things, and so are its ids.
    """
    body = _resolved(document, answer["content"].get(JSON, {}).get("schema", {}))
    found: dict[str, str] = {}
    for name, schema in body.get("properties", {}).items():
        item = _resolved(document, schema.get("items", {}))
        inside = item.get("properties", {})
        found.update({inner: f"$response.body#/{name}/0/{inner}" for inner in inside if "kind" not in inside})
    return {**found, **{name: f"$response.body#/{name}" for name in body.get("properties", {})}}


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").removeprefix(_SCHEMAS)
    found: Mapping[str, Any] = document["components"]["schemas"][name] if name else schema
    return found
