"""What is stored is what the table refers to; what is not needed any more goes."""

from __future__ import annotations

import pytest

from tests.api_user import ApiUser, small_clip
from tests.stack import Stack
from tests.table_audit import (
    assert_consistent,
    assert_paid_once,
    keys_in_ledger,
    keys_referred_to,
    make_deletions_due,
    records,
    stored_keys,
)

pytestmark = pytest.mark.local_cloud


@pytest.fixture(scope="module")
def job_id(ada: ApiUser) -> str:
    """A job with a history: takes in the archive, one brought back, more videos than are kept."""
    made = ada.make_job(small_clip(0), small_clip(1))
    for instruction in ("brighter", "darker", "make it sepia"):
        assert ada.run(made, {0: instruction})["status"] == "succeeded"
    ada.wait_for(lambda: "archived" in {take["state"] for take in ada.versions(made, 0)})
    restored = ada.restore(made, 0, 1)
    assert (restored.status_code, restored.json()["state"]) == (200, "current")
    ada.wait_for(lambda: "archiving" not in {take["state"] for take in ada.versions(made, 0)})
    return made


def test_every_object_is_referred_to_or_going(stack: Stack, job_id: str) -> None:
    assert any(job_id in key for key in stored_keys(stack))
    assert_consistent(stack)
    assert_paid_once(stack)
    # A video's entry is written before the video is; purge looks whether it came to be used.
    both = keys_in_ledger(records(stack)) & keys_referred_to(records(stack))
    assert {key.split("/")[0] for key in both} <= {"compositions"}


def test_what_went_to_the_archive_got_smaller(ada: ApiUser, job_id: str) -> None:
    reported = [event.data for event in ada.events(job_id) if event.name == "version_archived"]
    assert len(reported) == 2  # one past the cap, one when that one was brought back
    for event in reported:
        assert 0 < event["size_bytes"] < 0.7 * event["size_bytes_before"]


def test_after_the_grace_exactly_what_is_referred_to_is_stored(stack: Stack, job_id: str) -> None:
    assert any(job_id in key for key in keys_in_ledger(records(stack)))
    make_deletions_due(stack)
    report = stack.invoke("purge", {"ignore_leases": True})
    assert (report["backlog"], report["objects"] > 0) == (0, True)
    assert stored_keys(stack) == keys_referred_to(records(stack))
    assert not records(stack, "Deletion")


def test_at_most_three_videos_of_a_job_are_kept(stack: Stack, job_id: str) -> None:
    videos = [key for key in stack.keys(f"compositions/{job_id}/") if key.endswith(".mp4")]
    assert len(videos) == 3  # the current one and the two before it


def test_a_sound_track_stays_although_uploads_expire(stack: Stack, ada: ApiUser) -> None:
    clip, sound = ada.upload(small_clip(0)), ada.upload(small_clip(1), content_type="audio/mp4")
    body = {"title": "With sound", "clips": [{"upload_id": clip}], "soundtrack_upload_id": sound}
    job_id = str(ada.post("/jobs", body, status=202)["job_id"])
    job = ada.wait_for(lambda: found if (found := ada.job(job_id))["status"] != "preparing" else None)
    assert (job["status"], job["has_soundtrack"]) == ("ready", True)
    assert len(stack.keys(f"clips/{job_id}/soundtrack/")) == 1
    assert_consistent(stack)


def test_a_deleted_job_leaves_nothing(stack: Stack, ada: ApiUser, job_id: str) -> None:
    running = ada.regenerate(job_id, {0: "brighter", 1: "brighter"})
    ada.wait_for_event(job_id, "clip_regenerating", batch_id=running["batch_id"])
    assert ada.http.delete(f"/jobs/{job_id}").status_code == 202
    assert ada.http.post(
        f"/jobs/{job_id}/clips/batch-regenerate",
        json={"clips": [{"clip_index": 0, "instruction": "brighter"}]},
    ).status_code in {404, 409}

    def purged() -> bool:
        return bool(stack.invoke("purge", {"ignore_leases": True})["jobs"])

    ada.wait_for(purged)
    make_deletions_due(stack)
    stack.invoke("purge", {"ignore_leases": True})
    assert not [key for key in stored_keys(stack) if job_id in key]
    assert not [item for item in records(stack) if item["PK"] == f"JOB#{job_id}"]
    assert ada.http.get(f"/jobs/{job_id}").status_code == 404
    assert job_id not in {job["job_id"] for job in ada.get("/jobs")["jobs"]}
