"""No user reaches what is another user's: every route, every id, every cursor, on the deployed stack.

The cases are made of the OpenAPI document: a new route is among them by itself, and one whose ids no one
here has is a failure.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx
import pytest

from retake.routes import PREFIX
from tests.api_user import ApiUser, small_clip
from tests.openapi.requests import (
    UNKNOWN,
    Operation,
    Place,
    body_with,
    example_of,
    id_places,
    is_id,
    operations,
)
from tests.stack import Stack

pytestmark = pytest.mark.local_cloud

FOX = {"prompt": "a red fox in snow", "seconds": 1, "size": "320x180"}
LISTS = ("/jobs", "/videos", "/projects", "/templates", "/schedules", "/generations", "/queue")


@dataclass(frozen=True)
class Belongings:
    """What one person has, by the names that the document gives to ids."""

    ids: Mapping[str, str]

    def of(self, operation: Operation, name: str) -> str:
        """Return the id that a parameter or a field of an operation means."""
        if name == "batch_id" and operation.template.startswith(f"{PREFIX}/videos/"):
            name = "creation_id"
        assert name in self.ids, f"{operation}: say in this test what another person's {name} is"
        return self.ids[name]


def belongings_of(person: ApiUser) -> Belongings:
    """Make one of everything."""
    job_id = person.make_job(small_clip(0), small_clip(1))
    batch = person.run(job_id, {0: "brighter"})
    video = person.post("/videos", FOX, status=202)
    person.wait_for(lambda: person.get(f"/videos/{video['video_id']}")["status"] == "completed")
    later = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    upload = person.upload(small_clip(2))
    ids = {
        "job_id": job_id,
        "clip_index": "0",
        "clip_id": person.job(job_id)["clips"][1]["clip_id"],
        "batch_id": batch["batch_id"],
        "version_id": person.versions(job_id, 0)[-1]["version_id"],
        "left": person.versions(job_id, 0)[0]["version_id"],
        "right": person.versions(job_id, 0)[1]["version_id"],
        "video_id": video["video_id"],
        "creation_id": video["batch_id"],
        "upload_id": upload,
        "reference_upload_id": upload,
        "soundtrack_upload_id": upload,
        "project_id": person.post("/projects", {"name": "Mine"}, status=201)["project_id"],
        "template_id": person.post("/templates", {"name": "Mine", **FOX}, status=201)["template_id"],
        "schedule_id": person.post("/schedules", {"at": later, "video": FOX}, status=201)["schedule_id"],
        "download_id": person.post("/downloads", {"job_id": job_id}, status=202)["download_id"],
        "user_id": video["user_id"],
    }
    share = person.post(f"/jobs/{job_id}/shares", {}, status=201)
    said = {"time_s": 0.1, "author": "Guest", "text": "warmer"}
    comment = person.post(f"/shared/{share['token']}/comments", said, status=201)
    ids |= {"share_id": share["share_id"], "comment_id": comment["comment_id"]}
    person.wait_for(lambda: person.get(f"/downloads/{ids['download_id']}")["status"] == "ready")
    return Belongings({**ids, "order": ids["batch_id"], "video_ids": ids["video_id"]})


@pytest.fixture(scope="module")
def vera(stack: Stack) -> ApiUser:
    # Of this file alone: what others left to upkeep ends minutes later, and changes records.
    return stack.person("valerie")


@pytest.fixture(scope="module")
def mallory(stack: Stack) -> ApiUser:
    return stack.person("mallory")


@pytest.fixture(scope="module")
def hers(stack: Stack, vera: ApiUser) -> Belongings:
    belongings = belongings_of(vera)
    # A batch ends after its video is there, and what is stored is counted after that.
    path = f"/videos/batches/{belongings.ids['creation_id']}"
    vera.wait_for(lambda: vera.get(path)["status"] != "processing")
    vera.wait_for(stack.is_quiet)
    seen: list[list[str]] = []

    def is_unchanged() -> bool:
        seen.append(records_of(stack, belongings))
        time.sleep(1)
        return len(seen) > 3 and seen[-1] == seen[-2] == seen[-3] == seen[-4]

    vera.wait_for(is_unchanged)
    return belongings


@pytest.fixture(scope="module")
def own(mallory: ApiUser) -> Belongings:
    return belongings_of(mallory)


_BY_UPKEEP = {"DUEPK", "DUESK", "written_at"}
"""What a minute's upkeep changes by itself: by when a record is to be looked at."""

_DERIVED = ("OPEN#", "STORAGE", "USAGE#")
"""Sort keys of what upkeep adds up, and removes, by itself: sums of storage, and what has open work."""


_COUNTED = "REQUESTS#"
"""Partition key of how many requests a user sent in a minute, which the test's own are among."""


def records_of(stack: Stack, belongings: Belongings) -> list[str]:
    """Return all records that belong to a person, as they are in the table."""
    names = set(belongings.ids.values()) - {belongings.ids["clip_index"]}
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.table)
    kept = [
        {name: item[name] for name in item.keys() - _BY_UPKEEP}
        for page in pages
        for item in page["Items"]
        if not item["SK"]["S"].startswith(_DERIVED) and not item["PK"]["S"].startswith(_COUNTED)
    ]
    items = [json.dumps(item, sort_keys=True) for item in kept]
    return sorted(item for item in items if any(name in item for name in names))


@pytest.fixture(scope="module")
def last_read(stack: Stack, hers: Belongings) -> list[str]:
    """What is hers, as the test before left it: one reading of the table serves two tests."""
    return records_of(stack, hers)


@pytest.fixture
def untouched(stack: Stack, hers: Belongings, last_read: list[str]) -> Iterator[None]:
    """Fail where a test changed what is hers."""
    before = set(last_read)
    yield
    last_read[:] = records_of(stack, hers)
    changed = before ^ set(last_read)
    assert not changed, changed


def path_of(operation: Operation, ids: Mapping[str, str]) -> str:
    path = operation.template
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", value)
    return path.removeprefix(PREFIX)


def ask(person: ApiUser, operation: Operation, ids: Mapping[str, str], **options: Any) -> httpx.Response:
    if "json" not in options and operation.body is not None:
        options["json"] = example_of(operation.body)
    return person.http.request(operation.method, path_of(operation, ids), **options)


def is_for_admins(operation: Operation) -> bool:
    return "admin" in operation.definition["tags"]


def is_public(operation: Operation) -> bool:
    """Whether an operation needs no sign-in: a token or a signature opens the same to everyone who has it."""
    return operation.definition.get("security") == []


OF_USERS = [operation for operation in operations() if not is_public(operation)]
WITH_PATHS = [operation for operation in OF_USERS if operation.parameters("path")]
BODY_IDS = [
    (operation, place)
    for operation in OF_USERS
    if operation.body is not None
    for place in id_places(operation.body)
]
QUERY_IDS = [
    (operation, name)
    for operation in OF_USERS
    for name, schema in operation.parameters("query").items()
    if is_id(schema)
]


def test_the_document_gives_cases_of_every_kind() -> None:
    assert len(WITH_PATHS) > 30
    assert {place[-1] for _, place in BODY_IDS} >= {"upload_id", "video_id", "project_id", "job_id"}
    assert {name for _, name in QUERY_IDS} >= {"project_id", "left", "right"}
    assert {operation.template for operation in operations() if is_public(operation)} == {
        f"{PREFIX}/shared/{{token}}",
        f"{PREFIX}/shared/{{token}}/comments",
        f"{PREFIX}/jobs/{{job_id}}/stream.m3u8",
    }


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("operation", WITH_PATHS, ids=str)
def test_no_path_leads_to_anothers(
    operation: Operation, mallory: ApiUser, hers: Belongings, own: Belongings
) -> None:
    names = list(operation.parameters("path"))
    mine = {name: own.of(operation, name) for name in names}
    foreign = {name: hers.of(operation, name) for name in names}
    mixed = [{**mine, name: foreign[name]} for name in names if name != "clip_index"]
    for ids in (foreign, *mixed):
        answer = ask(mallory, operation, ids)
        assert answer.status_code == (403 if is_for_admins(operation) else 404), (ids, answer.text)
        assert not set(hers.ids.values()) & set(_words(answer)) - set(ids.values())


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(("operation", "place"), BODY_IDS, ids=str)
def test_no_body_takes_anothers(
    operation: Operation, place: Place, mallory: ApiUser, hers: Belongings, own: Belongings
) -> None:
    assert operation.body is not None
    name = next(part for part in reversed(place) if part.isidentifier())
    mine = {part: own.of(operation, part) for part in operation.parameters("path")}
    foreign = hers.of(operation, name)
    answers = [
        ask(mallory, operation, mine, json=_with_own(body_with(operation.body, place, value), place, own))
        for value in (foreign, UNKNOWN)
    ]
    refused, unknown = (answer.text.replace(foreign, UNKNOWN) for answer in answers)
    assert refused == unknown, "it can be distinguished from an id that does not exist"
    if operation.template.endswith("/estimate"):  # prices what would be asked for, and looks nothing up
        return
    assert answers[0].status_code in {404, 422}, refused
    fields = [fault["field"] for fault in answers[0].json()["errors"]]
    about_it = foreign in answers[0].text or any(field.startswith(place[0]) for field in fields)
    assert about_it, f"it was refused for another reason: {refused}"


def _with_own(body: Any, place: Place, own: Belongings) -> Any:
    """Return a body whose other ids, beside the way to a place, are the sender's own."""
    if not place:
        return body
    if isinstance(body, list):
        return [_with_own(item, place[1:], own) for item in body]
    return {
        name: _with_own(value, place[1:], own)
        if name == place[0]
        else own.ids.get(name, value)
        if value == UNKNOWN
        else value
        for name, value in body.items()
    }


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(("operation", "name"), QUERY_IDS, ids=str)
def test_no_query_finds_anothers(
    operation: Operation, name: str, mallory: ApiUser, hers: Belongings, own: Belongings
) -> None:
    mine = {part: own.of(operation, part) for part in operation.parameters("path")}
    answer = ask(mallory, operation, mine, params={name: hers.of(operation, name)})
    if answer.status_code == 200:
        (listed,) = (value for value in answer.json().values() if isinstance(value, list))
        assert listed == []
    else:
        assert answer.status_code == 404, answer.text


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("path", LISTS)
def test_no_list_and_no_cursor_shows_anothers(
    path: str, vera: ApiUser, mallory: ApiUser, hers: Belongings
) -> None:
    foreign = set(hers.ids.values()) - {hers.ids["clip_index"]}
    shown = mallory.http.get(path, params={"limit": 100})
    assert not foreign & set(_words(shown))
    cursor = vera.get(path, limit="1").get("cursor")
    if cursor is None:
        vera.post("/jobs/estimate", {"clips": [{"prompt": "a fox"}]}, status=200)
        return
    refused = mallory.http.get(path, params={"cursor": cursor})
    assert refused.status_code == 422, refused.text


def test_a_presigned_address_holds_for_what_it_was_signed_for(
    vera: ApiUser, own: Belongings, hers: Belongings
) -> None:
    url = vera.job(hers.ids["job_id"])["video"]["url"]
    assert httpx.get(url, trust_env=False).status_code == 200
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    for name, value in query.items():
        for changed in ({**query, name: _other(value)}, {k: v for k, v in query.items() if k != name}):
            address = urlunsplit(parts._replace(query=urlencode(changed)))
            assert httpx.get(address, trust_env=False).status_code in {400, 403}, (name, changed)
    other = parts.path.replace(hers.ids["job_id"], own.ids["job_id"])
    for path in (other, parts.path + "x", parts.path.rsplit("/", 1)[0]):
        assert httpx.get(urlunsplit(parts._replace(path=path)), trust_env=False).status_code == 403, path
    for method in ("PUT", "DELETE", "POST"):
        assert httpx.request(method, url, trust_env=False).status_code == 403, method


def _other(value: str) -> str:
    """Return a value that differs from the one that was signed."""
    last = "1" if value[-1] != "1" else "2"
    return value[:-1] + last


def _words(answer: httpx.Response) -> list[str]:
    """Return every text of an answer."""
    found: list[str] = []
    left: list[object] = [answer.json() if "json" in answer.headers["content-type"] else answer.text]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            left += value.values()
        elif isinstance(value, list):
            left += value
        elif isinstance(value, str):
            found += value.replace("'", " ").replace("/", " ").replace("?", " ").split()
    return found
