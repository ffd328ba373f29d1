"""The routes of archives: what they take, answer and refuse."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from tests.builders import JOB, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Api
from tests.lambda_calls import invoke


@pytest.fixture(autouse=True)
def job(world: World) -> None:
    store_ready_job(world.jobs, world.objects, title="Füchse")


def pack(world: World) -> Any:
    user_id, download_id, worker = world.workers.packing.pop()
    event = {"user_id": user_id, "download_id": download_id, "worker": worker}
    return invoke("pack_download", event)


def test_an_archive_from_the_request_to_the_file(api: Api, world: World) -> None:
    asked = api.post("/downloads", {"job_id": JOB})
    assert asked.status == 202
    assert (asked.json["status"], asked.json["progress"], asked.json["url"]) == ("processing", 0, None)
    path = asked.headers["location"].removeprefix("/api/v1")
    assert path == f"/downloads/{asked.json['download_id']}"
    assert api.get(path).json == asked.json
    assert pack(world) == {"outcome": "packed"}
    ready = api.get(path).json
    assert (ready["status"], ready["progress"], ready["error"]) == ("ready", 100, None)
    assert (ready["file_name"], ready["left_out"]) == ("Füchse.zip", [])
    (stored,) = world.objects.list_objects("downloads/")
    assert ready["url"] == world.objects.presign_get(stored.key, file_name="Füchse.zip")
    assert ready["size_bytes"] == stored.size_bytes
    with ZipFile(BytesIO(world.objects.read(stored.key))) as archive:
        assert [(info.filename, info.file_size) for info in archive.infolist()] == [
            (file["name"], file["size_bytes"]) for file in ready["files"]
        ]
    again = api.post("/downloads", {"job_id": JOB})
    assert (again.status, again.json) == (200, ready)


def test_one_that_failed_says_why(api: Api, world: World) -> None:
    asked = api.post("/downloads", {"job_id": JOB}).json
    world.objects.delete(f"clips/{JOB}/clip-0/1/take.mp4")
    assert pack(world) == {"outcome": "failed"}
    failed = api.get(f"/downloads/{asked['download_id']}").json
    assert (failed["status"], failed["url"]) == ("failed", None)
    assert failed["error"].startswith("01 clip-0.mp4 was deleted")
    # It is so for the next one as well, whose answer says so at once.
    assert api.post("/downloads", {"job_id": JOB}).status == 409


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({}, 422, {"job_id"}),
        ({"job_id": JOB, "video_ids": ["v"]}, 422, {"job_id", "video_ids"}),
        ({"video_ids": []}, 422, {"video_ids"}),
        ({"video_ids": "v"}, 422, {"video_ids"}),
        ({"jobs": [JOB]}, 422, {"jobs"}),
        ({"job_id": "nothing"}, 404, set()),
        ({"batch_id": "nothing"}, 404, set()),
        ({"video_ids": ["nothing", JOB]}, 404, {"video_ids[0]", "video_ids[1]"}),
    ],
)
def test_what_is_wrong_is_named(api: Api, body: object, status: int, fields: set[str]) -> None:
    answer = api.post("/downloads", body)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert {fault["field"] for fault in answer.json["errors"]} == fields


def test_another_users_is_not_there(api: Api) -> None:
    asked = api.post("/downloads", {"job_id": JOB}).json
    assert api.post("/downloads", {"job_id": JOB}, user="another-user").status == 404
    assert api.get(f"/downloads/{asked['download_id']}", user="another-user").status == 404
    assert api.get("/downloads/nothing").status == 404


def test_a_repeated_request_is_answered_as_before(api: Api, stack: Stack) -> None:
    headers = {"idempotency-key": "k"}
    asked = api.post("/downloads", {"job_id": JOB}, headers=headers)
    stack.run()
    again = api.post("/downloads", {"job_id": JOB}, headers=headers)
    assert (again.status, again.json) == (202, asked.json)
    assert again.headers["idempotency-replayed"] == "true"
    assert api.post("/downloads", {"batch_id": "b"}, headers=headers).status == 422
