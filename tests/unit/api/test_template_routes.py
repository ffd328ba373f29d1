"""Templates over HTTP: checked when written, reported when they no longer hold, filled when used."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from retake.domain.limits import Limits
from tests.fakes.world import World
from tests.http_api import Answer, Api

FOX: dict[str, Any] = {
    "name": "Winter fox",
    "prompt": "a red {animal} in {place}",
    "model": "any",
    "seconds": 4,
}


@pytest.fixture
def made(api: Api) -> Answer:
    return api.post("/templates", FOX)


def faults(answer: Answer) -> list[str]:
    assert answer.status == 422, answer.text
    return [fault["field"] for fault in answer.json["errors"]]


def test_a_template_is_kept_and_read_back(api: Api, made: Answer) -> None:
    assert made.status == 201, made.text
    assert made.headers["location"] == f"/api/v1/templates/{made.json['template_id']}"
    assert (made.json["placeholders"], made.json["seconds"]) == (["animal", "place"], "4")
    read = api.get(f"/templates/{made.json['template_id']}")
    assert (read.json, read.headers["etag"]) == (made.json, '"1"')
    assert api.get("/templates").json == {"templates": [made.json], "cursor": None}


def test_a_repeat_keeps_one(api: Api) -> None:
    key = {"Idempotency-Key": "once"}
    first, again = (api.post("/templates", FOX, headers=key) for _ in range(2))
    assert first.json == again.json
    assert len(api.get("/templates").json["templates"]) == 1


def test_a_repeat_after_a_crash_finds_the_first_ones(api: Api, world: World) -> None:
    key = {"Idempotency-Key": "once"}
    first = api.post("/templates", FOX, headers=key)
    world.table.forget("ANSWER#")
    assert api.post("/templates", FOX, headers=key).json == first.json
    world.table.forget("ANSWER#")
    assert api.post("/templates", FOX | {"seconds": 5}, headers=key).status == 422


def test_every_fault_is_named_and_nothing_is_kept(api: Api) -> None:
    wrong = {
        "name": " ",
        "prompt": "",
        "model": "choosy",
        "size": "1x1",
        "variations": 99,
        "project_id": "none",
    }
    assert faults(api.post("/templates", wrong)) == ["name", "variations", "project_id"]
    del wrong["variations"]
    assert faults(api.post("/templates", wrong)) == ["name", "prompt", "size", "project_id"]
    assert faults(api.post("/templates", FOX | {"model": "ended"})) == ["model"]
    assert api.get("/templates").json["templates"] == []


def test_a_name_is_ones_own_once(api: Api, made: Answer) -> None:
    twice = api.post("/templates", FOX | {"name": "winter FOX"})
    assert (twice.status, "already" in twice.json["detail"]) == (409, True)
    assert api.post("/templates", FOX, user="another-user").status == 201
    assert made.status == 201


def test_a_template_says_when_its_model_ends_and_when_it_has(api: Api, world: World) -> None:
    made = api.post("/templates", {"name": "Soon over", "prompt": "a fox", "model": "unpriced"}).json
    assert made["faults"] == []
    assert "20 March 2026" in made["warnings"][0]
    world.clock.advance(minutes=60 * 24 * 60)
    read = api.get(f"/templates/{made['template_id']}").json
    assert [fault["field"] for fault in read["faults"]] == ["model"]


def test_changing_needs_what_was_seen(api: Api, made: Answer) -> None:
    path, summer = f"/templates/{made.json['template_id']}", FOX | {"name": "Summer fox"}
    changed = api.call("PUT", path, body=summer, headers={"If-Match": '"1"'})
    assert (changed.json["name"], changed.json["revision"], changed.headers["etag"]) == (
        "Summer fox",
        2,
        '"2"',
    )
    assert api.call("PUT", path, body=FOX, headers={"If-Match": '"1"'}).status == 412
    again = api.call("PUT", path, body=summer)
    assert again.json == changed.json  # saying the same again changes nothing
    assert api.call("PUT", path, body=FOX | {"size": "no"}).status == 422
    assert api.call("PUT", path, body=FOX, user="another-user").status == 404


def test_filling_writes_a_request_that_is_accepted(api: Api, made: Answer) -> None:
    path = f"/templates/{made.json['template_id']}/fill"
    filled = api.post(path, {"values": {"animal": "fox", "place": "snow"}}).json
    assert filled["route"] == "POST /api/v1/videos"
    video = api.post("/videos", filled["request"])
    assert (video.status, video.json["prompt"]) == (202, "a red fox in snow")
    assert faults(api.post(path, {"values": {"animal": "fox"}})) == ["values.place"]
    assert api.post(path, {"values": {}}, user="another-user").status == 404


def test_variations_are_filled_as_such(api: Api) -> None:
    made = api.post("/templates", FOX | {"prompt": "a fox", "variations": 2}).json
    filled = api.post(f"/templates/{made['template_id']}/fill", {}).json
    assert filled["route"] == "POST /api/v1/videos/variations"
    assert len(api.post("/videos/variations", filled["request"]).json["videos"]) == 2


def test_what_is_deleted_is_gone(api: Api, made: Answer) -> None:
    path = f"/templates/{made.json['template_id']}"
    assert api.call("DELETE", path, user="another-user").status == 404
    assert api.call("DELETE", path).json == made.json
    assert api.get(path).status == 404
    assert api.call("DELETE", path).status == 404


def test_no_more_are_kept_than_allowed(api: Api, world: World, made: Answer) -> None:
    world.limits = replace(Limits(), max_templates=1)
    refused = api.post("/templates", FOX | {"name": "Another"})
    assert (refused.status, refused.json["type"]) == (403, "urn:retake:problem:too-many-kept")
    api.call("DELETE", f"/templates/{made.json['template_id']}")
    assert api.post("/templates", FOX | {"name": "Another"}).status == 201


def test_times_report_the_change(api: Api, world: World, made: Answer) -> None:
    world.clock.advance(minutes=5)
    path = f"/templates/{made.json['template_id']}"
    changed = api.call("PUT", path, body=FOX | {"seconds": 6}).json
    assert changed["created_at"] == made.json["created_at"]
    assert changed["changed_at"] != made.json["changed_at"]
    assert datetime.fromisoformat(changed["changed_at"]) == world.clock.now()
