"""Videos on the real stack: one, variations, a batch with one that fails; retry, cancel, delete, download."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile

import httpx
import pytest

from infra.cli.frames import frame_hashes
from retake_client.events import Event, parse_events
from tests.api_user import ApiUser, Json, small_clip
from tests.deliveries import answer_of
from tests.stack import Stack
from tests.table_audit import assert_consistent, assert_paid_once

pytestmark = [pytest.mark.local_cloud, pytest.mark.usefixtures("scripted")]

SMALL = {"size": "160x90", "seconds": "0.5"}
HALF_A_SECOND = 15  # frames
ACCEPTED, NOT_FOUND = 202, 404
PRICE = 0.01  # a cent for half a second: 0.012 dollars a second, rounded up


@pytest.fixture(scope="module")
def ada(stack: Stack) -> ApiUser:
    """A user of this file's own: her stream of events has nothing else."""
    return stack.person("vera")


def ended(ada: ApiUser, path: str) -> Json:
    """Wait until a video, or a batch of them, is no longer processing."""

    def look() -> Json | None:
        found = ada.get(path)
        return None if found["status"] == "processing" else found

    return ada.wait_for(look)


def make(ada: ApiUser, prompt: str, **more: str) -> Json:
    return ada.post("/videos", {"prompt": prompt, **SMALL, **more}, status=202)


def spent(ada: ApiUser) -> tuple[int, float]:
    months = ada.get("/usage")["spending"]
    return sum(month["takes"] for month in months), sum(month["cost"] for month in months)


def reported(ada: ApiUser, after: int = 0) -> list[Event]:
    answer = ada.http.get("/events", headers={"Last-Event-ID": str(after)})
    assert answer.status_code == 200, answer.text
    return list(parse_events(answer.text).events)


def stories(ada: ApiUser) -> dict[str, list[str]]:
    events = reported(ada)
    assert [int(event.id or 0) for event in events] == list(range(1, len(events) + 1))
    found: dict[str, list[str]] = {}
    for event in events:
        if "video_id" not in event.data:  # a batch, or an amount that was reached
            continue
        found.setdefault(str(event.data["video_id"]), []).append(event.name)
    return found


def test_one_video_from_words_to_a_file(stack: Stack, ada: ApiUser, tmp_path: Path) -> None:
    before = spent(ada)
    made = make(ada, "a red fox in snow", title="A fox")
    assert (made["status"], made["progress"], made["estimated_cost"]) == ("processing", 0, PRICE)
    video = ended(ada, f"/videos/{made['video_id']}")
    assert (video["status"], video["progress"], video["error"]) == ("completed", 100, None)
    assert (video["actual_cost"], video["provider"]) == (PRICE, "scripted")
    download = ada.get(f"/videos/{made['video_id']}/download")
    sent = httpx.get(download["url"], trust_env=False)
    assert sent.headers["content-disposition"] == 'attachment; filename="A-fox.mp4"'
    assert len(sent.content) == download["size_bytes"]
    file = tmp_path / "video.mp4"
    file.write_bytes(sent.content)
    assert len(frame_hashes(file)) == HALF_A_SECOND
    # A finished video is a job: its take is version 1, and it can be regenerated.
    (take,) = ada.versions(made["video_id"], 0)
    assert (take["version_number"], take["prompt"], take["cost"]) == (1, "a red fox in snow", PRICE)
    assert ada.run(made["video_id"], {0: "make it nighttime"})["status"] == "succeeded"
    assert [item["version_number"] for item in ada.versions(made["video_id"], 0)] == [2, 1]
    assert stories(ada)[made["video_id"]] == ["video_processing", "video_completed"]
    takes, cost = spent(ada)
    assert (takes - before[0], round(cost - before[1], 4)) == (2, 2 * PRICE)
    assert_consistent(stack)
    assert_paid_once(stack)


def test_one_of_a_batch_that_fails_stops_no_other(stack: Stack, ada: ApiUser) -> None:
    stack.direct({"break": {"fail": "The camera fell over."}})
    project = ada.post("/projects", {"name": "Winter"}, status=201)["project_id"]
    asked_for = [{"prompt": prompt, **SMALL} for prompt in ("a fox", "to break", "an owl")]
    made = ada.post("/videos/batch", {"videos": asked_for, "project_id": project}, status=202)
    assert (made["status"], made["counts"]["processing"]) == ("processing", 3)
    batch = ended(ada, f"/videos/batches/{made['batch_id']}")
    assert [video["status"] for video in batch["videos"]] == ["completed", "failed", "completed"]
    assert (batch["status"], batch["progress"], batch["actual_total_cost"]) == ("partial", 100, 2 * PRICE)
    failed = batch["videos"][1]
    assert failed["error"] == "The camera fell over."
    stack.direct({})
    again = ada.post(f"/videos/{failed['video_id']}/retry", status=202)
    assert (again["status"], again["error"]) == ("processing", None)
    assert ended(ada, f"/videos/{failed['video_id']}")["status"] == "completed"
    assert ended(ada, f"/videos/batches/{made['batch_id']}")["status"] == "completed"
    assert stories(ada)[failed["video_id"]] == [
        "video_processing",
        "video_failed",
        "video_processing",
        "video_completed",
    ]
    listed = ada.get("/videos", project_id=project, status="completed")["videos"]
    assert {video["video_id"] for video in listed} == {video["video_id"] for video in batch["videos"]}
    assert ada.get("/videos", project_id=project, status="failed")["videos"] == []
    assert {video["video_id"] for video in listed}.isdisjoint(
        job["job_id"] for job in ada.get("/jobs")["jobs"]
    )
    assert_paid_once(stack)


def packed(ada: ApiUser, wanted: Json) -> Json:
    """Have an archive packed, and wait for it."""
    asked = ada.http.post("/downloads", json=wanted)
    assert asked.status_code == ACCEPTED, asked.text
    path = asked.headers["location"].removeprefix("/api/v1")

    def look() -> Json | None:
        found = ada.get(path)
        return None if found["status"] == "processing" else found

    return ada.wait_for(look)


def unpacked(archive: Json) -> dict[str, bytes]:
    """Download an archive as a browser does, and return what is in it, by name."""
    sent = httpx.get(archive["url"], trust_env=False)
    assert (sent.status_code, sent.headers["content-type"]) == (200, "application/zip")
    assert len(sent.content) == archive["size_bytes"]
    name = archive["file_name"]
    saved_as = f'filename="{name}"' if name.isascii() else f"filename*=UTF-8''{quote(name)}"
    assert saved_as in sent.headers["content-disposition"]
    with ZipFile(BytesIO(sent.content)) as opened:
        assert opened.testzip() is None
        listed = [{"name": info.filename, "size_bytes": info.file_size} for info in opened.infolist()]
        assert listed == archive["files"]
        return {info.filename: opened.read(info) for info in opened.infolist()}


def fetched(url: str) -> bytes:
    return httpx.get(url, trust_env=False).raise_for_status().content


def test_many_videos_are_one_archive(ada: ApiUser) -> None:
    body = {"prompt": "a fox", "title": "Füchse: Schnee", "variations": 2, **SMALL}
    made = ada.post("/videos/variations", body, status=202)
    batch = ended(ada, f"/videos/batches/{made['batch_id']}")
    ids = [video["video_id"] for video in batch["videos"]]
    # A completed video is its take until it is composed, an archive as well as a download.
    ada.wait_for(lambda: all(ada.job(one)["video"] for one in ids))
    archive = packed(ada, {"batch_id": made["batch_id"]})
    assert (archive["status"], archive["error"]) == ("ready", None)
    assert archive["file_name"] == "Füchse Schnee (1) and 1 more.zip"
    single = [fetched(ada.get(f"/videos/{one}/download")["url"]) for one in ids]
    names = ["01 Füchse Schnee (1).mp4", "02 Füchse Schnee (2).mp4"]
    assert unpacked(archive) == dict(zip(names, single, strict=True))
    # The same again is there at once; in another order it is another one.
    again = ada.post("/downloads", {"batch_id": made["batch_id"]}, status=200)
    assert again["download_id"] == archive["download_id"]
    assert list(unpacked(packed(ada, {"video_ids": ids[::-1]})).values()) == single[::-1]
    assert ada.http.post("/downloads", json={"video_ids": [ids[0], "nothing"]}).status_code == NOT_FOUND


def test_a_job_is_one_archive_of_its_video_and_its_takes(stack: Stack, ada: ApiUser) -> None:
    job_id = ada.make_job(small_clip(0), small_clip(1))
    assert ada.run(job_id, {1: "brighter"})["status"] == "succeeded"
    job = ada.job(job_id)
    files = unpacked(packed(ada, {"job_id": job_id}))
    urls = [job["video"]["url"], *(clip["current_version"]["video_url"] for clip in job["clips"])]
    assert list(files.values()) == [fetched(url) for url in urls]
    assert list(files) == [
        "00 Test.mp4",
        *(f"{n:02} {c['title'].removesuffix('.mp4')}.mp4" for n, c in enumerate(job["clips"], 1)),
    ]
    assert stack.person("ada").http.post("/downloads", json={"job_id": job_id}).status_code == NOT_FOUND


def test_what_is_deleted_before_it_is_packed_is_named(stack: Stack, ada: ApiUser) -> None:
    video = ended(ada, f"/videos/{make(ada, 'soon gone')['video_id']}")
    ada.wait_for(lambda: ada.job(video["video_id"])["video"])  # composed: nothing works with its files
    with stack.denied("pack_download", "dynamodb:GetItem"):
        asked = ada.post("/downloads", {"video_ids": [video["video_id"]]}, status=202)
        call = {"user_id": video["user_id"], "download_id": asked["download_id"], "worker": "by hand"}
        assert "errorMessage" in answer_of(stack, "pack_download", call)
        # Before any worker may pack: the call of the request itself may still be on its way.
        ada.http.delete(f"/videos/{video['video_id']}").raise_for_status()
        stack.invoke("purge", {"ignore_leases": True})
    stack.invoke("pack_download", call)
    ada.wait_for(lambda: ada.get(f"/downloads/{asked['download_id']}")["status"] != "processing")
    failed = ada.get(f"/downloads/{asked['download_id']}")
    assert (failed["status"], failed["url"]) == ("failed", None)
    assert failed["error"].startswith("01 soon gone.mp4 was deleted")
    assert not stack.keys(f"downloads/{asked['download_id']}/")


def test_variations_go_by_the_same_reference_and_differ(stack: Stack, ada: ApiUser) -> None:
    upload_id = ada.upload(small_clip(1))
    body = {
        "prompt": "like this, at dusk",
        "title": "Dusk",
        "variations": 2,
        "reference_upload_id": upload_id,
        **SMALL,
    }
    keyed = {"Idempotency_Key": "variations-of-dusk"}
    made = ada.post("/videos/variations", body, status=202, **keyed)
    repeated = ada.post("/videos/variations", body, status=202, **keyed)
    assert [video["video_id"] for video in repeated["videos"]] == [v["video_id"] for v in made["videos"]]
    batch = ended(ada, f"/videos/batches/{made['batch_id']}")
    assert [(video["title"], video["status"]) for video in batch["videos"]] == [
        ("Dusk (1)", "completed"),
        ("Dusk (2)", "completed"),
    ]
    requests = [
        job["request"]
        for job in stack.provider_jobs()
        if job["request"]["instruction"] == "like this, at dusk"
    ]
    assert len(requests) == 2
    assert {item["media_type"] for request in requests for item in request["references"]} == {"video/mp4"}
    assert len({request["seed"] for request in requests}) == 2
    # A video is completed a moment before it is composed.
    ada.wait_for(lambda: all(ada.job(v["video_id"])["active_batch_id"] is None for v in batch["videos"]))
    assert_consistent(stack)


def test_cancel_and_delete_while_they_are_made_side_by_side(stack: Stack, ada: ApiUser) -> None:
    stack.direct({"slow": {"polls": 1000, "seconds": 1000}})
    made = ada.post(
        "/videos/batch", {"videos": [{"prompt": f"a slow {n}", **SMALL} for n in range(3)]}, status=202
    )
    cancelled, deleted, kept = (video["video_id"] for video in made["videos"])
    # All three are with the provider, and none of them ends by itself.
    ada.wait_for(
        lambda: sum(job["request"]["instruction"].startswith("a slow ") for job in stack.provider_jobs()) >= 3
    )
    assert ada.post(f"/videos/{cancelled}/cancel", status=202)["status"] == "processing"
    assert ada.http.delete(f"/videos/{deleted}").status_code == 202
    assert ada.http.get(f"/videos/{deleted}").status_code == 404
    assert ended(ada, f"/videos/{cancelled}")["status"] == "cancelled"
    assert ada.get(f"/videos/{kept}")["status"] == "processing"
    assert ada.http.get(f"/videos/{kept}/download").status_code == 409
    ada.post(f"/videos/{kept}/cancel", status=202)
    batch = ended(ada, f"/videos/batches/{made['batch_id']}")
    assert [(video["video_id"], video["status"]) for video in batch["videos"]] == [
        (cancelled, "cancelled"),
        (kept, "cancelled"),
    ]
    assert stories(ada)[deleted] == ["video_processing", "video_cancelled"]
    # Once drained, the deleted one is purged with everything it had.
    ada.wait_for(lambda: bool(stack.invoke("purge", {"ignore_leases": True})["jobs"]))
    assert ada.http.get(f"/jobs/{deleted}").status_code == 404


def test_what_waits_for_the_provider_is_paused_and_goes_on_later(stack: Stack, ada: ApiUser) -> None:
    stack.direct({"patient": {"throttle": 1000}})
    video_id = str(make(ada, "a patient fox")["video_id"])

    def paused() -> Json | None:
        # In the very moment in which the provider is asked it cannot be paused.
        answer = ada.http.post(f"/videos/{video_id}/pause")
        assert answer.status_code in {200, 409}, answer.text
        return dict(answer.json()) if answer.status_code == 200 else None

    video = ada.wait_for(paused)
    assert (video["status"], video["paused"]) == ("processing", True)
    (entry,) = ada.get("/queue")["entries"]
    assert (entry["kind"], entry["id"], entry["state"]) == ("video", video_id, "paused")
    ada.wait_for(stack.is_quiet)  # its branch of the workflow has ended: no message, no token waits
    stack.invoke("reconcile", {"ignore_leases": True})
    stack.direct({})
    assert ada.get(f"/videos/{video_id}")["paused"]
    assert not ada.post(f"/videos/{video_id}/resume", status=202)["paused"]
    assert ended(ada, f"/videos/{video_id}")["status"] == "completed"
    assert ada.http.post(f"/videos/{video_id}/pause").status_code == 409
    assert stories(ada)[video_id] == ["video_processing", "video_paused", "video_resumed", "video_completed"]
    ada.wait_for(lambda: not ada.get("/queue")["entries"])
    assert_paid_once(stack)


def test_a_failure_that_passes_is_made_up_for(stack: Stack, ada: ApiUser) -> None:
    stack.direct({"flaky": {"fail_times": 2}, "hopeless": {"fail_times": 100}})
    lucky, unlucky = (str(make(ada, words)["video_id"]) for words in ("a flaky fox", "a hopeless fox"))
    video = ended(ada, f"/videos/{lucky}")
    assert (video["status"], video["attempts"], video["actual_cost"]) == ("completed", 3, PRICE)
    video = ended(ada, f"/videos/{unlucky}")
    assert (video["status"], video["attempts"], video["actual_cost"]) == ("failed", 3, None)
    asked = [job for job in stack.provider_jobs() if job["request"]["instruction"] == "a flaky fox"]
    assert [job["status"] for job in asked] == ["failed", "failed", "succeeded"]
    assert len({job["request"]["seed"] for job in asked}) == 3
    assert stories(ada)[lucky] == ["video_processing", "video_completed"]
    assert_paid_once(stack)


def test_batches_that_wait_are_paused_moved_and_resumed(stack: Stack, ada: ApiUser) -> None:
    job_id = str(make(ada, "an owl")["video_id"])
    ended(ada, f"/videos/{job_id}")
    ada.wait_for(lambda: ada.job(job_id)["active_batch_id"] is None)
    stack.direct({"slow": {"polls": 1000, "seconds": 1000}})
    slow, paused, moved, last = (
        str(ada.regenerate(job_id, {0: words})["batch_id"]) for words in ("slow", "red", "green", "blue")
    )
    batches = f"/jobs/{job_id}/batches"
    ada.post(f"{batches}/{slow}/pause", status=409)
    assert ada.post(f"{batches}/{paused}/pause", status=200)["paused"]
    tag = ada.http.get(batches).headers["ETag"]
    for status in (200, 412):
        order = {"order": [paused, last, moved]}
        assert ada.http.patch(batches, json=order, headers={"If-Match": tag}).status_code == status
    event_fields = [(entry["id"], entry["position"]) for entry in ada.get("/queue")["entries"]]
    assert event_fields == [(slow, 0), (last, 1), (moved, 2), (paused, 1)]
    ada.post(f"{batches}/{slow}/cancel", status=202)
    assert ada.ended(job_id, moved)["status"] == "succeeded"
    assert ada.batch(job_id, last)["finished_at"] <= ada.batch(job_id, moved)["started_at"]
    (entry,) = ada.get("/queue")["entries"]
    assert (entry["id"], entry["state"], entry["actions"]) == (paused, "paused", ["resume", "cancel"])
    assert ada.post(f"{batches}/{paused}/resume", status=202)["status"] in {"starting", "running"}
    assert ada.ended(job_id, paused)["status"] == "succeeded"
    assert [take["user_instruction"] for take in ada.versions(job_id, 0)][:3] == ["red", "green", "blue"]
    assert ada.get("/queue")["entries"] == []


def test_a_job_of_a_video_an_upload_and_words(stack: Stack, ada: ApiUser, tmp_path: Path) -> None:
    stack.direct({"break": {"fail": "The camera fell over."}})
    video_id = make(ada, "a hare", title="Hare")["video_id"]
    ended(ada, f"/videos/{video_id}")
    upload = {"upload_id": ada.upload(small_clip(3))}
    clips = [
        {"video_id": video_id},
        upload,
        {"prompt": "a red fox", **SMALL},
        {"prompt": "to break", **SMALL},
    ]
    estimate = ada.post("/jobs/estimate", {"clips": clips}, status=200)
    assert estimate["estimated_total_cost"] == 2 * PRICE
    before = spent(ada)
    made = ada.post("/jobs", {"title": "Mixed", "clips": clips}, status=202)
    ada.http.delete(f"/videos/{video_id}").raise_for_status()
    stack.invoke("purge", {"ignore_leases": True})
    job = prepared(ada, made["job_id"])
    assert (job["status"], job["failure"]) == ("ready", None)
    assert job["profile"] == {"width": 160, "height": 90, "fps": 30}
    assert [clip["status"] for clip in job["clips"]] == ["ready", "ready", "ready", "failed"]
    assert [clip["title"] for clip in job["clips"]] == ["Hare", "clip.mp4", "a red fox", "to break"]
    assert job["clips"][3]["failure"] == "The camera fell over."
    assert ada.frames(job["job_id"], tmp_path) == frames_of_takes(job, tmp_path)
    assert round(spent(ada)[1] - before[1], 4) == PRICE
    # What could not be generated is tried again, and then it is in the video.
    stack.direct({})
    (first,) = ada.get(f"/jobs/{job['job_id']}/batches")["batches"]
    assert (first["status"], first["charged"]) == ("partial", PRICE)
    again = ada.post(f"/jobs/{job['job_id']}/batches/{first['batch_id']}/retry", status=202)
    assert ada.ended(job["job_id"], again["batch_id"])["status"] == "succeeded"
    job = ada.job(job["job_id"])
    assert [clip["current_version"]["version_number"] for clip in job["clips"]] == [1, 1, 1, 1]
    assert ada.frames(job["job_id"], tmp_path) == frames_of_takes(job, tmp_path)
    assert_paid_once(stack)
    assert_consistent(stack)


def prepared(ada: ApiUser, job_id: str) -> Json:
    """Wait until a job is no longer being prepared."""
    return ada.wait_for(lambda: None if (job := ada.job(job_id))["status"] == "preparing" else job)


def frames_of_takes(job: Json, directory: Path) -> list[str]:
    """Return a hash of each frame that the job's video should have: those of its takes, in order."""
    frames: list[str] = []
    for clip in job["clips"]:
        if clip["current_version"] is not None:
            file = directory / f"{clip['clip_index']}.mp4"
            file.write_bytes(httpx.get(clip["current_version"]["video_url"], trust_env=False).content)
            frames += frame_hashes(file)
    return frames


def test_the_stream_goes_on_where_it_was_left(ada: ApiUser) -> None:
    before = reported(ada)
    made = make(ada, "a hare")
    ended(ada, f"/videos/{made['video_id']}")
    new = reported(ada, after=len(before))
    assert [event.name for event in new] == ["video_processing", "video_completed"]
    assert reported(ada, after=len(before) + 2) == []


def test_what_is_refused_is_refused_before_anything_is_written(ada: ApiUser) -> None:
    before = len(ada.get("/videos")["videos"])
    answer = ada.http.post("/videos", json={"prompt": "a fox", "model": "unknown", "size": "big"})
    assert answer.status_code == 422
    assert {fault["field"] for fault in answer.json()["errors"]} == {"model"}
    assert len(ada.get("/videos")["videos"]) == before
    assert [model["name"] for model in ada.get("/models")["models"]] == ["scripted"]


@pytest.mark.parametrize("point", ["provider/scripted/jobs/", "clips/"], ids=["submitted", "taken"])
def test_videos_end_truthfully_when_the_machine_dies(stack: Stack, ada: ApiUser, point: str) -> None:
    known = stack.keys()
    asked_for = {"videos": [{"prompt": f"fox {number}", **SMALL} for number in range(2)]}
    made = ada.post("/videos/batch", asked_for, status=202)
    stack.wait_for_key(point, besides=known)
    stack.crash()
    batch = ended(ada, f"/videos/batches/{made['batch_id']}")
    for video in batch["videos"]:
        assert (
            (video["status"] == "completed") == (video["video_url"] is not None) == (video["error"] is None)
        )
        if video["status"] == "failed":
            # What was paid for may have landed in between: then there is nothing to retry.
            assert ada.http.post(f"/videos/{video['video_id']}/retry").status_code in {202, 409}
    again = ended(ada, f"/videos/batches/{made['batch_id']}")
    assert [video["status"] for video in again["videos"]] == ["completed", "completed"]
    ada.wait_for(stack.is_quiet)
    stories(ada)
    assert_paid_once(stack)
    assert_consistent(stack)
