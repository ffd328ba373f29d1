"""A person regenerates several clips at once, one after another, and gets one recomposed video."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack

pytestmark = pytest.mark.local_cloud

PRD_INSTRUCTIONS = {0: "make it nighttime", 2: "add more motion", 4: "warmer colors"}
NONSENSE = "feed the ducks"
FLOW = [
    "batch_started",
    *["clip_regenerating", "clip_complete"] * 3,
    "batch_complete",
    "video_recomposed",
    "batch_succeeded",
]


@pytest.fixture(scope="module")
def job_id(ada: ApiUser) -> str:
    return ada.make_job(*(small_clip(number) for number in range(5)))


def test_three_instructions_become_three_new_takes_and_one_video(
    stack: Stack, ada: ApiUser, job_id: str, tmp_path: Path
) -> None:
    before, seen = ada.frames(job_id, tmp_path), ada.job(job_id)["last_event_id"]
    accepted = ada.regenerate(job_id, PRD_INSTRUCTIONS)
    assert [item["clip_index"] for item in accepted["regenerations"]] == [0, 2, 4]
    assert {item["status"] for item in accepted["regenerations"]} == {"queued"}
    assert accepted["waiting_behind"] == 0
    breakdown = accepted["cost_breakdown"]
    assert breakdown["discount"] == pytest.approx(breakdown["subtotal"] * 0.1)
    assert accepted["estimated_total_cost"] == breakdown["total"]

    batch = ada.ended(job_id, accepted["batch_id"])
    assert (batch["status"], batch["cause"]) == ("succeeded", None)
    assert [(item["status"], item["version_number"]) for item in batch["regenerations"]] == [
        ("succeeded", 2)
    ] * 3
    assert batch["charged"] == accepted["estimated_total_cost"]
    assert [event.name for event in ada.events(job_id, seen)] == FLOW
    assert [len(ada.versions(job_id, index)) for index in range(5)] == [2, 1, 2, 1, 2]
    assert_only_changed(before, ada.frames(job_id, tmp_path), changed={0, 2, 4})
    assert_one_after_another(stack, accepted)


def assert_only_changed(before: list[str], after: list[str], *, changed: set[int]) -> None:
    assert len(before) == len(after) == 50
    for index in range(5):
        span = slice(index * 10, index * 10 + 10)
        assert (before[span] != after[span]) == (index in changed)


def assert_one_after_another(stack: Stack, accepted: Json) -> None:
    """Read from the provider's own books that nothing overlapped and nothing was asked for twice."""
    mine = provider_jobs_of(stack, accepted)
    ids = [item["regeneration_id"] for item in accepted["regenerations"]]
    assert [job["request"]["idempotency_key"] for job in mine] == ids
    for first, second in pairwise(mine):
        assert first["finished_at"] < second["submitted_at"]


def provider_jobs_of(stack: Stack, batch: Json) -> list[Json]:
    ids = {item["regeneration_id"] for item in batch["regenerations"]}
    return [job for job in stack.provider_jobs() if job["request"]["idempotency_key"] in ids]


def discounted(batch: Json, status: str) -> object:
    """Return what the clips that ended so cost, at the rate of a batch of three or more."""
    costs = [item["estimated_cost"] for item in batch["regenerations"] if item["status"] == status]
    return pytest.approx(sum(costs) * 0.9)


def test_one_instruction_serves_all_clips_and_a_clips_own_goes_first(ada: ApiUser, job_id: str) -> None:
    accepted = ada.regenerate(job_id, {1: None, 3: "make it sepia"}, instruction="make them all brighter")
    assert [item["instruction"] for item in accepted["regenerations"]] == [
        "make them all brighter",
        "make it sepia",
    ]
    assert ada.ended(job_id, accepted["batch_id"])["status"] == "succeeded"


def test_takes_to_choose_from_are_made_of_one_take_and_choosing_costs_nothing(
    stack: Stack, ada: ApiUser, job_id: str, tmp_path: Path
) -> None:
    before, seen = ada.frames(job_id, tmp_path), ada.job(job_id)["last_event_id"]
    base = ada.job(job_id)["clips"][1]["current_version"]["version_number"]
    batch = ada.run(job_id, {1: "make it nighttime"}, takes=3)
    numbers = [base + 1, base + 2, base + 3]
    assert [item["version_number"] for item in batch["regenerations"]] == numbers
    complete = [event.data for event in ada.events(job_id, seen) if event.name == "clip_complete"]
    assert [(item["take"], item["is_current"]) for item in complete] == [(1, True), (2, False), (3, False)]
    assert (batch["cost_breakdown"]["discount"], batch["charged"]) == (0, batch["estimated_total_cost"])
    first = ada.frames(job_id, tmp_path)
    assert_only_changed(before, first, changed={1})
    assert_one_after_another(stack, batch)

    asked = provider_jobs_of(stack, batch)
    assert len({job["request"]["source_key"] for job in asked}) == 1
    assert len({job["request"]["seed"] for job in asked}) == 3
    books = len(stack.provider_jobs())
    assert ada.restore(job_id, 1, numbers[2]).status_code == 200
    assert_only_changed(first, ada.frames(job_id, tmp_path), changed={1})
    assert len(stack.provider_jobs()) == books


def test_what_is_not_understood_fails_its_clip_and_the_others_are_composed_once(
    ada: ApiUser, job_id: str
) -> None:
    seen = ada.job(job_id)["last_event_id"]
    batch = ada.run(job_id, {0: "brighter", 1: f"make it brighter and {NONSENSE}", 2: "darker"})
    assert batch["status"] == "partial"
    assert [item["status"] for item in batch["regenerations"]] == ["succeeded", "failed", "succeeded"]
    assert NONSENSE in batch["regenerations"][1]["error"]
    assert f"(clip 1): {batch['regenerations'][1]['error']}" in batch["cause"]
    names = [event.name for event in ada.events(job_id, seen)]
    assert names.count("video_recomposed") == 1
    assert names[-3:] == ["batch_complete", "video_recomposed", "batch_partial"]
    assert batch["charged"] == discounted(batch, "succeeded")


def test_when_every_clip_fails_nothing_changes_and_the_execution_says_why(
    stack: Stack, ada: ApiUser, job_id: str
) -> None:
    before = ada.job(job_id)
    batch = ada.run(job_id, {0: NONSENSE, 3: "sing a song"})
    after = ada.job(job_id)
    assert (batch["status"], batch["charged"]) == ("failed", 0)
    assert after["video"]["fingerprint"] == before["video"]["fingerprint"]
    assert [clip["current_version"]["id"] for clip in after["clips"]] == [
        clip["current_version"]["id"] for clip in before["clips"]
    ]
    assert (after["active_batch_id"], after["timeline_revision"]) == (None, before["timeline_revision"])
    execution = stack.execution_of(batch["batch_id"])
    assert (execution["status"], execution["error"]) == ("FAILED", "BatchFailedError")
    assert execution["cause"] == batch["cause"]
    assert "(clip 0)" in batch["cause"]
    assert "(clip 3)" in batch["cause"]


def test_a_second_batch_waits_its_turn(ada: ApiUser, job_id: str) -> None:
    first = ada.regenerate(job_id, {0: "cooler", 1: "cooler"})
    second = ada.regenerate(job_id, {0: "warmer"})
    assert (second["status"], second["waiting_behind"]) == ("waiting", 1)
    assert ada.ended(job_id, second["batch_id"])["status"] == "succeeded"
    ends = {b["batch_id"]: b for b in ada.get(f"/jobs/{job_id}/batches")["batches"]}
    assert ends[first["batch_id"]]["status"] == "succeeded"
    assert ends[first["batch_id"]]["finished_at"] <= ends[second["batch_id"]]["finished_at"]


def test_a_waiting_batch_can_be_cancelled_and_costs_nothing(stack: Stack, ada: ApiUser, job_id: str) -> None:
    first = ada.regenerate(job_id, {0: "cooler"})
    second = ada.regenerate(job_id, {1: "warmer"})
    cancelled = ada.post(f"/jobs/{job_id}/batches/{second['batch_id']}/cancel", status=202)
    assert (cancelled["status"], cancelled["charged"]) == ("cancelled", 0)
    assert ada.ended(job_id, first["batch_id"])["status"] == "succeeded"
    asked_for = {job["request"]["idempotency_key"] for job in stack.provider_jobs()}
    assert second["regenerations"][0]["regeneration_id"] not in asked_for


def test_a_running_batch_can_be_cancelled_and_keeps_what_is_done(ada: ApiUser, job_id: str) -> None:
    running = ada.regenerate(job_id, {0: "brighter", 1: "brighter", 2: "brighter", 3: "brighter"})
    batch_id = running["batch_id"]
    ada.wait_for_event(job_id, "clip_complete", batch_id=batch_id)
    ada.post(f"/jobs/{job_id}/batches/{batch_id}/cancel", status=202)
    ended = ada.ended(job_id, batch_id)
    statuses = [item["status"] for item in ended["regenerations"]]
    assert ended["status"] == "cancelled"
    assert (statuses[0], statuses[-1]) == ("succeeded", "cancelled")
    job = ada.job(job_id)
    assert (job["active_batch_id"], job["video"]["up_to_date"]) == (None, True)
    assert ended["charged"] == discounted(ended, "succeeded")


def test_failed_clips_are_retried_as_a_new_batch(ada: ApiUser, job_id: str) -> None:
    first = ada.run(job_id, {0: NONSENSE, 1: "brighter"})
    again = ada.post(f"/jobs/{job_id}/batches/{first['batch_id']}/retry", status=202)
    assert [item["clip_index"] for item in again["regenerations"]] == [0]
    ended = ada.ended(job_id, again["batch_id"])
    assert (ended["status"], ended["retry_of"]) == ("failed", first["batch_id"])


def test_a_batch_whose_video_fails_keeps_its_takes_and_can_be_composed_again(
    stack: Stack, ada: ApiUser, job_id: str
) -> None:
    with stack.denied("recompose_video", "s3:PutObject"):
        batch = ada.run(job_id, {4: "make it black and white"})
    assert batch["status"] == "partial"
    assert batch["regenerations"][0]["status"] == "succeeded"
    assert batch["recompose_error"]
    assert "the video could not be recomposed" in batch["cause"]
    job = ada.job(job_id)
    version = batch["regenerations"][0]["version_number"]
    assert job["clips"][4]["current_version"]["version_number"] == version
    assert (job["video"]["up_to_date"], job["active_batch_id"]) == (False, None)
    assert ada.post(f"/jobs/{job_id}/recompose", status=200)["up_to_date"]
