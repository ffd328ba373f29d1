"""The machine dies in the middle of a batch (``kill -9``) and comes back: everything ends truthfully."""

from __future__ import annotations

import pytest

from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack
from tests.table_audit import assert_consistent, assert_paid_once, records, stored_keys

pytestmark = pytest.mark.local_cloud

POINTS = {
    "accepted": None,
    "submitted": "provider/scripted/jobs/",
    "take stored": "clips/{job_id}/",
    "video stored": "compositions/{job_id}/",
}
"""Where the machine dies, by the object that has just been written then."""


@pytest.mark.parametrize("point", POINTS)
def test_a_batch_that_dies_ends_truthfully_and_frees_its_job(
    scripted: Stack, ada: ApiUser, shared_job: str, point: str
) -> None:
    seen, known = ada.events(shared_job), scripted.keys()
    takes = {index: ada.versions(shared_job, index) for index in range(2)}
    accepted = ada.regenerate(shared_job, {0: "brighter", 1: "darker"})
    prefix = POINTS[point]
    if prefix is not None:
        scripted.wait_for_key(prefix.format(job_id=shared_job), besides=known)
    scripted.crash()

    batch = ada.settled(scripted, shared_job, accepted["batch_id"], ignore_leases=True)
    assert_tells_the_truth(ada, shared_job, batch)
    if point != "accepted":  # the provider knows our keys: what it was asked for is found
        assert "succeeded" in {item["status"] for item in batch["regenerations"]}
    again = ada.run(shared_job, {0: "brighter", 1: "darker"})
    assert again["status"] == "succeeded"
    assert ada.job(shared_job)["video"]["up_to_date"]
    reported = ada.events(shared_job)
    assert reported[: len(seen)] == seen
    assert [event.id for event in reported] == list(range(1, len(reported) + 1))
    for index, before in takes.items():
        now = {take["version_id"] for take in ada.versions(shared_job, index)}
        assert {take["version_id"] for take in before} <= now
    assert_settled(scripted, ada, shared_job)


def assert_tells_the_truth(ada: ApiUser, job_id: str, batch: Json) -> None:
    """Check that a clip counts as done only if its take is there, and what is not done has a reason."""
    assert ada.job(job_id)["active_batch_id"] is None
    done = [item for item in batch["regenerations"] if item["status"] == "succeeded"]
    assert batch["charged"] == pytest.approx(sum(item["estimated_cost"] for item in done))
    for item in batch["regenerations"]:
        takes = ada.versions(job_id, item["clip_index"])
        landed = {take["regeneration_id"]: take for take in takes}.get(item["regeneration_id"])
        if item["status"] == "succeeded":
            assert landed is not None
            assert landed["version_number"] == item["version_number"]
        else:
            assert item["error"]
            assert landed is None or not landed["is_current"]
            assert ("may have been charged" in item["error"]) == (item["status"] == "submission_unknown")


def assert_settled(stack: Stack, ada: ApiUser, job_id: str) -> None:
    """Wait for what lands late, then hold the table against the bucket and the provider's books."""
    ada.wait_for(stack.is_quiet)
    ada.wait_for(
        lambda: "archiving" not in {take["state"] for i in range(2) for take in ada.versions(job_id, i)}
    )
    # A worker that died at the provider's door is made up for by its message, which comes again.
    ada.wait_for(lambda: not paid_in_vain(stack, ada, job_id))
    assert_paid_once(stack)
    assert_consistent(stack)


def paid_in_vain(stack: Stack, ada: ApiUser, job_id: str) -> set[str]:
    """Return the regenerations that the provider did, and that have not led to a take."""
    landed = {take["regeneration_id"] for index in range(2) for take in ada.versions(job_id, index)}
    asked = {job["request"]["idempotency_key"] for job in stack.provider_jobs()}
    mine = {item["regeneration_id"] for item in records(stack, "Regeneration") if item["job_id"] == job_id}
    return asked & mine - landed


def test_what_was_acknowledged_survives(scripted: Stack, ada: ApiUser, shared_job: str) -> None:
    upload = ada.upload(small_clip(5))
    key = {"Idempotency-Key": "crash-1"}
    body = {"clips": [{"clip_index": 0, "instruction": "brighter"}]}
    path = f"/jobs/{shared_job}/clips/batch-regenerate"
    first = ada.http.post(path, json=body, headers=key)
    cancelled = ada.post(f"/jobs/{shared_job}/batches/{first.json()['batch_id']}/cancel", status=202)
    scripted.crash()
    assert cancelled["cancel_requested"]
    ended = ada.ended(shared_job, first.json()["batch_id"])
    assert ended["status"] in {"cancelled", "succeeded"}
    again = ada.http.post(path, json=body, headers=key)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    made = ada.post("/jobs", {"title": "After", "clips": [{"upload_id": upload}]}, status=202)
    ada.wait_for(lambda: ada.job(made["job_id"])["status"] == "ready")


def test_a_new_job_that_dies_is_prepared_or_says_why(scripted: Stack, ada: ApiUser) -> None:
    known = stored_keys(scripted)
    uploads = [{"upload_id": ada.upload(small_clip(number))} for number in range(2)]
    job_id = ada.post("/jobs", {"title": "Dying", "clips": uploads}, status=202)["job_id"]
    scripted.wait_for_key(f"clips/{job_id}/", besides=known)
    scripted.crash()
    job = ada.wait_for(lambda: found if (found := ada.job(job_id))["status"] != "preparing" else None)
    assert job["status"] == "ready" or job["failure"]
    assert_consistent(scripted)
