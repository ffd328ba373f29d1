"""What renders a clip dies in the middle of it: the clip is rendered again, and nothing waits for a lease."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack
from tests.table_audit import assert_consistent

pytestmark = pytest.mark.local_cloud

FRAMES = 100
"""Long enough that it is still being rendered when its record is seen."""
JOBS = "provider/local/jobs/"


@pytest.fixture(scope="module")
def film(ada: ApiUser) -> str:
    return ada.make_job(small_clip(0, frames=FRAMES), small_clip(1, frames=FRAMES))


def start_and_wait_for_rendering(stack: Stack, ada: ApiUser, job_id: str) -> Json:
    known = stack.keys(JOBS)
    batch = ada.regenerate(job_id, {0: "brighter and sharper", 1: "darker"})
    stack.wait_for_key(JOBS, besides=known)
    (key,) = stack.keys(JOBS) - known
    ada.wait_for(lambda: stack.read_json(key)["status"] == "running")
    return batch


def assert_rendered_again(stack: Stack, died: datetime, keys: set[str]) -> None:
    first, *_ = sorted((stack.read_json(key) for key in keys), key=lambda job: str(job["submitted_at"]))
    assert datetime.fromisoformat(first["submitted_at"]) < died < datetime.fromisoformat(first["started_at"])


def test_the_whole_stack_is_killed_and_started_again(stack: Stack, ada: ApiUser, film: str) -> None:
    known = stack.keys(JOBS)
    batch = start_and_wait_for_rendering(stack, ada, film)
    stack.cloud.kill()
    died = datetime.now(UTC)
    stack.cloud.start()
    stack.cloud.settle()

    ended = ada.settled(stack, film, batch["batch_id"])
    first, second = ended["regenerations"]
    assert (first["status"], first["error"]) == ("succeeded", None)
    assert_rendered_again(stack, died, stack.keys(JOBS) - known)
    # It had not been started; its execution died with the stack.
    assert (second["status"], second["error"]) == (
        "failed",
        "The service was interrupted before this clip was done. Retry the failed clips.",
    )
    assert ended["charged"] == pytest.approx(first["estimated_cost"])
    retry = ada.post(f"/jobs/{film}/batches/{batch['batch_id']}/retry", status=202)
    assert ada.ended(film, retry["batch_id"])["status"] == "succeeded"
    assert [len(ada.versions(film, index)) for index in range(2)] == [2, 2]
    assert ada.job(film)["video"]["up_to_date"]
    assert_consistent(stack)


def test_the_worker_that_renders_is_killed(stack: Stack, ada: ApiUser, film: str) -> None:
    known = stack.keys(JOBS)
    with stack.redelivered_after(seconds=2, at_most=20):
        batch = start_and_wait_for_rendering(stack, ada, film)
        assert stack.kill_workers("submit_generation")
        died = datetime.now(UTC)
        ended = ada.ended(film, batch["batch_id"])
        ada.wait_for(stack.is_quiet)

    assert {item["status"] for item in ended["regenerations"]} == {"succeeded"}
    assert_rendered_again(stack, died, stack.keys(JOBS) - known)
    assert_consistent(stack)
