"""A job's clips can be played before they are composed, by anyone with its signed address."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.fakes.fake_media import fake_video
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api
from tests.unit.api.test_job_routes import upload


@pytest.fixture
def job_id(api: Api, world: World, stack: Stack) -> str:
    clips = [{"upload_id": upload(api, world, fake_video(seconds))} for seconds in (3, 4)]
    made = api.post("/jobs", {"clips": clips}).json
    stack.run()
    return str(made["job_id"])


def address(api: Api, job_id: str) -> tuple[str, dict[str, str]]:
    found = urlsplit(api.get(f"/jobs/{job_id}").json["stream_url"])
    return found.path.removeprefix("/api/v1"), dict(parse_qsl(found.query))


def play(api: Api, path: str, query: dict[str, str]) -> Answer:
    return api.get(path, query=query, user="")


def test_the_address_needs_no_user_and_lists_the_current_takes(api: Api, world: World, job_id: str) -> None:
    answer = play(api, *address(api, job_id))
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    lines = answer.text.split("\n")
    job = world.jobs.get_job(job_id)
    takes = [entry.version for entry in world.jobs.list_takes(job_id, job.clip_ids)]
    urls = [world.objects.presign_get(take.objects.video_key) for take in takes if take is not None]
    assert [line for line in lines if line and not line.startswith("#")] == urls
    assert "#EXT-X-DISCONTINUITY" not in lines


def test_it_is_there_while_a_batch_runs_and_shows_what_has_landed(
    api: Api, world: World, stack: Stack, job_id: str
) -> None:
    path, query = address(api, job_id)
    before = play(api, path, query).text
    body = {"clips": [{"clip_index": 1, "instruction": "make it nighttime"}]}
    assert api.post(f"/jobs/{job_id}/clips/batch-regenerate", body).status == 202
    seen: list[tuple[bool, bool]] = []
    world.composer.before = lambda: seen.append(
        (play(api, path, query).text == before, api.get(f"/jobs/{job_id}").json["video"]["up_to_date"])
    )
    stack.run()
    assert seen == [(False, False)]


def test_any_other_address_is_none(api: Api, world: World, job_id: str) -> None:
    path, query = address(api, job_id)
    right = query["signature"]
    for wrong in (
        {**query, "signature": right[:-1] + ("0" if right[-1] != "0" else "1")},
        {**query, "until": str(int(query["until"]) + 3600)},
        {**query, "signature": ""},
    ):
        assert play(api, path, wrong).status == 404
    assert play(api, path.replace(job_id, "nothing"), query).status == 404
    assert play(api, path, {"until": query["until"]}).status == 422
    world.clock.advance(hours=6)
    assert play(api, path, query).status == 404


def test_there_is_none_where_a_take_cannot_be_played_in_parts(
    api: Api, world: World, stack: Stack, job_id: str
) -> None:
    path, query = address(api, job_id)
    world.normalizer.makes_streams = False
    body = {"clips": [{"clip_index": 0, "instruction": "make it nighttime"}]}
    api.post(f"/jobs/{job_id}/clips/batch-regenerate", body)
    stack.run()
    assert api.get(f"/jobs/{job_id}").json["stream_url"] is None
    assert play(api, path, query).status == 404


def test_a_job_that_goes_is_not_played(api: Api, job_id: str) -> None:
    path, query = address(api, job_id)
    api.call("DELETE", f"/jobs/{job_id}")
    assert play(api, path, query).status == 404
