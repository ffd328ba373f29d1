"""A sound track is set, changed and removed after the job was made."""

from typing import Any

import pytest

from tests.builders import JOB, store_ready_job
from tests.fakes.fake_media import fake_video
from tests.fakes.world import World
from tests.http_api import Api
from tests.invariants import check_usage
from tests.unit.api.test_job_routes import fields_at_fault, upload

PATH = f"/jobs/{JOB}/soundtrack"


@pytest.fixture(autouse=True)
def _job(world: World) -> None:
    store_ready_job(world.jobs, world.objects)


def track(api: Api, world: World, note: str = "tune") -> str:
    return upload(api, world, fake_video(9, note=note), content_type="audio/mpeg")


def test_a_track_is_heard_as_it_is_asked_for_and_the_video_has_it(api: Api, world: World) -> None:
    answer = api.call("PUT", PATH, body={"upload_id": track(api, world), "level_db": -12, "fade_in_ms": 800})
    assert answer.status == 200
    job = answer.json
    assert job["soundtrack"] == {
        "file_name": "shot.mp4",
        "duration_ms": 9000,
        "size_bytes": job["soundtrack"]["size_bytes"],
        "with_clips": True,
        "level_db": -12,
        "ducking_db": 9,
        "fade_in_ms": 800,
        "fade_out_ms": 0,
        "loops": False,
    }
    assert job["video"]["up_to_date"]
    assert answer.headers["etag"] == f'"{job["timeline_revision"]}"'
    check_usage(world.jobs, world.objects, world.usage, world.jobs.all_jobs())


def test_another_level_keeps_the_file_and_makes_another_video(api: Api, world: World) -> None:
    first = api.call("PUT", PATH, body={"upload_id": track(api, world)}).json
    second = api.call("PUT", PATH, body={"level_db": -30}).json
    assert second["soundtrack"]["file_name"] == first["soundtrack"]["file_name"]
    assert second["video"]["fingerprint"] != first["video"]["fingerprint"]
    again = api.call("PUT", PATH, body={"level_db": -30}).json
    assert again["timeline_revision"] == second["timeline_revision"]
    back = api.call("PUT", PATH, body={}).json
    assert back["video"]["url"] == first["video"]["url"]


def test_another_file_and_none_leave_the_old_one_to_the_ledger(api: Api, world: World) -> None:
    api.call("PUT", PATH, body={"upload_id": track(api, world)})
    (key,) = [item.key for item in world.objects.list_objects(f"clips/{JOB}/soundtrack/")]
    api.call("PUT", PATH, body={"upload_id": track(api, world, "another")})
    removed = api.call("DELETE", PATH)
    assert (removed.status, removed.json["soundtrack"], removed.json["has_soundtrack"]) == (200, None, False)
    going = [gone for entry in world.jobs.all_deletions() for gone in entry.keys]
    kept = [item.key for item in world.objects.list_objects(f"clips/{JOB}/soundtrack/")]
    assert key in kept
    assert sorted(kept) == sorted(gone for gone in going if "soundtrack" in gone)
    assert api.call("DELETE", PATH).json["timeline_revision"] == removed.json["timeline_revision"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "upload_id"),
        ({"upload_id": "nothing"}, "upload_id"),
        ({"level_db": 13}, "level_db"),
        ({"level_db": "-6"}, "level_db"),
        ({"ducking_db": -1}, "ducking_db"),
        ({"fade_in_ms": 60_001}, "fade_in_ms"),
        ({"fade_out_ms": 1.5}, "fade_out_ms"),
        ({"loops": 1}, "loops"),
        ({"volume": 3}, "volume"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    api: Api, world: World, body: dict[str, Any], field: str
) -> None:
    answer = api.call("PUT", PATH, body=body)
    assert answer.status == 422
    assert fields_at_fault(answer) == [field]
    assert world.jobs.get_job(JOB).timeline_revision == 1


def test_a_file_that_is_no_sound_is_named(api: Api, world: World) -> None:
    bad = upload(api, world, b"no sound at all", content_type="audio/mpeg")
    (fault,) = api.call("PUT", PATH, body={"upload_id": bad}).json["errors"]
    assert fault["field"] == "upload_id"
    assert "shot.mp4" in fault["detail"]
    assert not world.objects.list_objects(f"clips/{JOB}/soundtrack/")


def test_an_older_timeline_is_not_changed(api: Api, world: World) -> None:
    body = {"upload_id": track(api, world)}
    assert api.call("PUT", PATH, body=body, headers={"if-match": '"7"'}).status == 412
    assert not world.objects.list_objects(f"clips/{JOB}/soundtrack/")
