"""Share links over HTTP: what anyone with a link can see and do, what its owner can, and no one else."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from retake.domain.changes import Change
from retake.domain.limits import Limits
from retake.domain.records.timeline import Trim
from retake.domain.shares import TOKEN_CHARS, hash_of
from retake.domain.statuses import VersionState
from retake.ports.table import Item
from retake.services.jobs.change_timeline import reorder_clips
from retake.services.upkeep.purge import purge
from tests.builders import JOB, USER, a_job, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api

SHARES = f"/jobs/{JOB}/shares"
SAID: dict[str, Any] = {"time_s": 2.5, "author": "Vera", "text": "warmer, please"}
SECRET_WORDS = "a street in the rain"  # noqa: S105 - the prompt that must not be seen


@pytest.fixture(autouse=True)
def _job(api: Api, world: World, stack: Stack) -> None:
    """A job of three clips of two seconds, the second of which has two versions."""
    store_ready_job(world.jobs, world.objects, seconds=(2, 2, 2))
    api.post(f"/jobs/{JOB}/clips/batch-regenerate", {"clips": [{"clip_index": 1, "instruction": "darker"}]})
    stack.run()


def records(world: World) -> list[Item]:
    """Return everything in the table, as it is now."""
    return [dict(item) for item in world.table.items_under("")]


def lasting_records(world: World) -> list[Item]:
    """Return what is in the table besides answers to repeats, which go within a day."""
    return [item for item in records(world) if not str(item["PK"]).startswith("ANSWER#")]


def share(api: Api, **body: Any) -> Any:
    made = api.post(SHARES, body)
    assert made.status == 201, made.text
    return made.json


def comparison() -> dict[str, Any]:
    return {"comparison": {"clip_index": 1, "left": "1", "right": "2"}}


def comment(api: Api, token: str, **said: Any) -> Answer:
    return api.post(f"/shared/{token}/comments", SAID | said)


def faults(answer: Answer) -> list[str]:
    assert answer.status == 422, answer.text
    return [fault["field"] for fault in answer.json["errors"]]


# --- what is stored, and what is answered ----------------------------------------------------------


def test_only_a_tokens_hash_is_stored(api: Api, world: World) -> None:
    made = api.post(SHARES, {}, headers={"Idempotency-Key": "once"}).json
    token = made["token"]
    assert len(token) == TOKEN_CHARS
    stored = json.dumps(records(world))
    assert token not in stored
    assert hash_of(token) in stored
    assert made["path"] == f"/shared#{token}"
    listed = api.get(SHARES)
    assert [item["share_id"] for item in listed.json["shares"]] == [made["share_id"]]
    assert token not in listed.text
    assert hash_of(token) not in listed.text


def test_a_link_shows_the_video_and_nothing_of_whose_it_is(api: Api, world: World) -> None:
    shown = api.get(f"/shared/{share(api)['token']}")
    assert shown.status == 200
    video = shown.json["video"]
    assert (shown.json["kind"], video["duration_ms"], video["up_to_date"]) == ("video", 6000, True)
    assert video["url"].endswith("?brief")
    assert [clip["start_s"] for clip in shown.json["clips"]] == [0, 2, 4]
    job = world.jobs.get_job(JOB)
    others = re.sub(r"https://[^\"]*", "", shown.text)
    for secret in (USER, JOB, job.title, SECRET_WORDS, "darker", *job.clip_ids):
        assert secret not in others, secret


def test_a_link_shows_two_versions(api: Api) -> None:
    shown = api.get(f"/shared/{share(api, **comparison(), title='Which one?')['token']}").json
    assert (shown["kind"], shown["title"], shown["video"], shown["clips"]) == (
        "comparison",
        "Which one?",
        None,
        [],
    )
    left, right = shown["comparison"]["left"], shown["comparison"]["right"]
    assert (left["version_number"], right["version_number"]) == (1, 2)
    assert left["url"] != right["url"]
    assert (right["prompt"], right["instruction"]) == (None, None)


def test_prompts_are_shown_only_where_the_owner_chose_so(api: Api) -> None:
    shown = api.get(f"/shared/{share(api, shows_prompts=True, **comparison())['token']}").json
    assert shown["comparison"]["right"]["instruction"] == "darker"
    film = api.get(f"/shared/{share(api, shows_prompts=True)['token']}").json
    assert film["clips"][0]["prompt"] == SECRET_WORDS


def test_what_cannot_be_shown_is_refused_before_anything_is_written(api: Api, world: World) -> None:
    before = records(world)
    wrong = {"comparison": {"clip_index": 1, "left": "7", "right": "none"}}
    assert faults(api.post(SHARES, wrong)) == ["comparison.left", "comparison.right"]
    assert faults(api.post(SHARES, {"comparison": {"clip_index": 9, "left": "1", "right": "2"}})) == [
        "comparison.clip_index"
    ]
    for bad in ({"days": 0}, {"days": 91}, {"days": True}, {"takes_comments": 1}, {"title": "x" * 201}):
        assert faults(api.post(SHARES, bad)) == [*bad]
    assert records(world) == before


def test_a_job_without_a_video_cannot_be_shared(api: Api, world: World) -> None:
    world.jobs.commit(Change(a_job(job_id="new")), now=world.clock.now())
    assert api.post("/jobs/new/shares", {}).status == 409


# --- the end of a link -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token", ["x", "x" * TOKEN_CHARS, "x" * (TOKEN_CHARS + 1), "%2e" * 10, "ü" * TOKEN_CHARS]
)
def test_a_forged_token_opens_nothing(api: Api, token: str) -> None:
    share(api)
    for answer in (api.get(f"/shared/{token}"), api.get(f"/shared/{token}/comments"), comment(api, token)):
        assert answer.status == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_with_one_other_letter_opens_nothing(api: Api) -> None:
    token = share(api)["token"]
    for place in (0, 20, TOKEN_CHARS - 2):
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert api.get(f"/shared/{other}").status == 404


def test_a_link_ends_by_itself(api: Api, world: World) -> None:
    token = share(api, days=1)["token"]
    world.clock.advance(minutes=24 * 60 - 1)
    assert api.get(f"/shared/{token}").status == 200
    world.clock.advance(minutes=1)
    for answer in (api.get(f"/shared/{token}"), api.get(f"/shared/{token}/comments"), comment(api, token)):
        assert (answer.status, answer.json["type"]) == (410, "urn:retake:problem:share-ended")
    assert api.get(SHARES).json["shares"][0]["status"] == "expired"


def test_a_revoked_link_opens_nothing_and_its_comments_stay(api: Api) -> None:
    made = share(api)
    comment(api, made["token"])
    ended = api.call("DELETE", f"{SHARES}/{made['share_id']}")
    assert (ended.status, ended.json["status"]) == (200, "revoked")
    assert api.get(f"/shared/{made['token']}").status == 410
    assert comment(api, made["token"]).status == 410
    assert api.call("DELETE", f"{SHARES}/{made['share_id']}").json == ended.json
    assert [item["text"] for item in api.get(f"/jobs/{JOB}/comments").json["comments"]] == [SAID["text"]]


def test_a_deleted_job_takes_its_links_and_comments_along(api: Api, world: World, stack: Stack) -> None:
    token = share(api)["token"]
    comment(api, token)
    api.call("DELETE", f"/jobs/{JOB}")
    assert api.get(f"/shared/{token}").status == 410
    assert comment(api, token).status == 410
    assert api.post(SHARES, {}).status == 404
    stack.settle()
    world.clock.advance(hours=3)
    purge(world.ctx)
    assert api.get(f"/shared/{token}").status == 404
    left = json.dumps(lasting_records(world))
    for gone in (hash_of(token), SAID["text"]):
        assert gone not in left


def test_a_version_that_is_no_longer_stored_is_not_shown(api: Api, world: World) -> None:
    token = share(api, **comparison())["token"]
    world.clock.advance(days=6)
    assert api.get(f"/shared/{token}").status == 200
    delete_version(world, 1)
    answer = api.get(f"/shared/{token}")
    assert (answer.status, "no longer stored" in answer.json["detail"]) == (410, True)


def delete_version(world: World, number: int) -> None:
    job = world.jobs.get_job(JOB)
    found = world.jobs.get_take(JOB, job.clip_ids[1], number).version
    assert found is not None
    world.jobs.commit(Change(job, (replace(found, state=VersionState.DELETED),)), now=world.clock.now())


# --- one link for one request ----------------------------------------------------------------------


def test_a_repeat_makes_no_second_link_and_both_tokens_end_with_it(api: Api) -> None:
    key = {"Idempotency-Key": "once"}
    first, again = (api.post(SHARES, {"title": "Cut"}, headers=key).json for _ in range(2))
    assert first["share_id"] == again["share_id"]
    assert first["token"] != again["token"]
    assert len(api.get(SHARES).json["shares"]) == 1
    assert {api.get(f"/shared/{made['token']}").status for made in (first, again)} == {200}
    api.call("DELETE", f"{SHARES}/{first['share_id']}")
    assert {api.get(f"/shared/{made['token']}").status for made in (first, again)} == {410}
    assert api.post(SHARES, {"title": "Cut"}, headers=key).status == 410
    assert api.post(SHARES, {"title": "Other"}, headers=key).status == 422


def test_a_request_is_not_repeated_for_ever(api: Api) -> None:
    answers = [api.post(SHARES, {}, headers={"Idempotency-Key": "once"}).status for _ in range(6)]
    assert answers == [201] * 5 + [409]


def test_a_job_has_no_more_links_than_allowed(api: Api, world: World) -> None:
    world.limits = replace(Limits(), max_shares=1)
    made = share(api)
    assert api.post(SHARES, {}).json["type"] == "urn:retake:problem:too-many-kept"
    api.call("DELETE", f"{SHARES}/{made['share_id']}")
    assert api.post(SHARES, {}).status == 403, "ended ones count until they are removed"


# --- no one but the owner --------------------------------------------------------------------------


def test_no_other_user_makes_lists_or_ends_links_or_reads_comments(api: Api) -> None:
    made = share(api)
    said = comment(api, made["token"]).json
    path = f"{SHARES}/{made['share_id']}"
    for method, where, body in (
        ("POST", SHARES, {}),
        ("GET", SHARES, None),
        ("DELETE", path, None),
        ("GET", f"/jobs/{JOB}/comments", None),
        ("DELETE", f"{path}/comments/{said['comment_id']}", None),
    ):
        answer = api.call(method, where, body=body, user="another-user")
        assert answer.status == 404, (method, where)
    assert api.get(f"/shared/{made['token']}").status == 200


# --- comments --------------------------------------------------------------------------------------


def test_a_comment_is_placed_on_its_clip_and_reported_to_the_owner(api: Api, world: World) -> None:
    made = share(api)
    world.clock.advance(minutes=5)
    said = comment(api, made["token"])
    assert (said.status, said.json["time_s"], said.json["author"]) == (201, 2.5, "Vera")
    assert api.get(f"/shared/{made['token']}/comments").json["comments"] == [said.json]
    (owned,) = api.get(f"/jobs/{JOB}/comments").json["comments"]
    assert (owned["clip_index"], owned["clip_time_s"], owned["frame"]) == (1, 0.5, 75)
    event = world.jobs.list_events(JOB, after=0, limit=500)[-1]
    assert event.name == "comment_added"
    assert event.data == {
        "share_id": made["share_id"],
        "comment_id": said.json["comment_id"],
        "clip_index": 1,
    }
    assert api.get(SHARES).json["shares"][0]["comment_count"] == 1


def test_a_comment_goes_with_its_clip(api: Api, world: World) -> None:
    token = share(api)["token"]
    comment(api, token)
    reorder_clips(JOB, [1, 0, 2], world.ctx, if_revision=None)
    (owned,) = api.get(f"/jobs/{JOB}/comments").json["comments"]
    assert (owned["clip_index"], owned["time_s"]) == (0, 0.5)
    api.call("DELETE", f"/jobs/{JOB}/clips/0")
    (owned,) = api.get(f"/jobs/{JOB}/comments").json["comments"]
    assert (owned["clip_index"], owned["time_s"]) == (None, None)
    assert api.get(f"/shared/{token}/comments").json["comments"][0]["time_s"] is None


def test_a_comment_stays_at_its_picture_when_the_clip_is_trimmed(api: Api, world: World) -> None:
    token = share(api)["token"]
    comment(api, token, time_s=2.5)  # the sixteenth frame of the second clip
    trim(world, "clip-0", Trim(30, 60))
    trim(world, "clip-1", Trim(10, 60))
    (owned,) = api.get(f"/jobs/{JOB}/comments").json["comments"]
    assert (owned["time_s"], owned["clip_time_s"]) == (pytest.approx(1 + 5 / 30), 0.5)
    said = comment(api, token, time_s=owned["time_s"]).json
    assert said["time_s"] == owned["time_s"], "the same picture, as it is shown now"
    trim(world, "clip-1", Trim(16, 60))
    assert {item["time_s"] for item in api.get(f"/shared/{token}/comments").json["comments"]} == {None}
    assert faults(comment(api, token, time_s=5.5)) == ["time_s"]


def trim(world: World, clip_id: str, part: Trim) -> None:
    job = world.jobs.get_job(JOB)
    (clip,) = world.jobs.read_clips(JOB, [clip_id])
    world.jobs.commit(Change(job, (replace(clip, trim=part),)), now=world.clock.now())


def test_a_job_that_is_brought_back_is_shown_again(api: Api, world: World) -> None:
    world.limits = Limits()
    token = share(api)["token"]
    api.call("DELETE", f"/jobs/{JOB}")
    assert api.get(f"/shared/{token}").status == 410
    assert api.post(f"/jobs/{JOB}/undelete").status == 200
    assert api.get(f"/shared/{token}").status == 200


def test_a_comment_on_two_versions_has_the_time_of_their_clip(api: Api) -> None:
    token = share(api, **comparison())["token"]
    assert comment(api, token, time_s=0.5).json["time_s"] == 0.5
    (owned,) = api.get(f"/jobs/{JOB}/comments").json["comments"]
    assert (owned["clip_index"], owned["clip_time_s"], owned["time_s"]) == (1, 0.5, 2.5)
    assert faults(comment(api, token, time_s=2.5)) == ["time_s"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \u200b"}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"author": ""}, "author"),
        ({"author": "\u200b"}, "author"),
        ({"author": "x" * 81}, "author"),
        ({"time_s": -1}, "time_s"),
        ({"time_s": 6.1}, "time_s"),
        ({"time_s": "2"}, "time_s"),
        ({"time_s": True}, "time_s"),
        ({"time_s": 1e300}, "time_s"),
    ],
)
def test_a_comment_has_bounds_that_are_checked_before_anything_is_written(
    api: Api, world: World, said: dict[str, Any], field: str
) -> None:
    token = share(api)["token"]
    before = records(world)
    assert faults(comment(api, token, **said)) == [field]
    assert records(world) == before


def test_a_link_takes_no_more_comments_than_allowed(api: Api, world: World) -> None:
    world.limits = replace(Limits(), max_comments=2)
    made = share(api)
    first = comment(api, made["token"]).json
    assert [comment(api, made["token"]).status for _ in range(2)] == [201, 403]
    api.call("DELETE", f"{SHARES}/{made['share_id']}/comments/{first['comment_id']}")
    assert comment(api, made["token"]).status == 201


def test_a_link_that_takes_no_comments_takes_none(api: Api) -> None:
    token = share(api, takes_comments=False)["token"]
    assert comment(api, token).status == 403
    assert api.get(f"/shared/{token}").json["takes_comments"] is False


def test_a_repeated_comment_is_one(api: Api, world: World) -> None:
    token = share(api)["token"]
    key, path = {"Idempotency-Key": "k"}, f"/shared/{token}/comments"
    first = api.post(path, SAID, headers=key)
    world.table.forget("ANSWER#")  # the function died before it kept its answer
    again = api.post(path, SAID, headers=key)
    assert (again.status, again.json) == (201, first.json)
    assert api.post(path, SAID, headers=key).headers["idempotency-replayed"] == "true"
    assert api.post(path, SAID | {"text": "colder"}, headers=key).status == 422
    assert len(api.get(path).json["comments"]) == 1


def test_the_owner_deletes_a_comment_for_good(api: Api, world: World) -> None:
    made = share(api)
    said = comment(api, made["token"]).json
    path = f"{SHARES}/{made['share_id']}/comments/{said['comment_id']}"
    assert api.call("DELETE", path).json["text"] == SAID["text"]
    assert api.call("DELETE", path).status == 404
    assert api.get(f"/shared/{made['token']}/comments").json["comments"] == []
    assert world.jobs.list_events(JOB, after=0, limit=500)[-1].name == "comment_deleted"
    assert SAID["text"] not in json.dumps(lasting_records(world))


def test_records_go_some_time_after_the_end(api: Api, world: World) -> None:
    made = share(api, days=2)
    comment(api, made["token"])
    found = world.shares.list_shares(JOB)[0]
    assert found.expires_at == found.ends_at + timedelta(days=30)
    (said,) = world.shares.list_comments(JOB, made["share_id"])
    pointer = world.shares.find_token(hash_of(made["token"]))
    assert pointer is not None
    assert said.expires_at == pointer.expires_at == found.expires_at
