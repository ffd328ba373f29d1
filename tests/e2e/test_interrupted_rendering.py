"""What renders a clip dies in the middle of it: the clip is rendered again, and nothing waits for a lease."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.api_user import ApiUser, Json
from tests.media_samples import ffmpeg
from tests.stack import Stack
from tests.table_audit import assert_consistent
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.local_cloud

JOBS = "provider/local/jobs/"


def long_clip(directory: Path, number: int) -> bytes:
    """Return a clip that takes a while to render, in few bytes: eight seconds of it."""
    made = directory / f"{number}.mp4"
    source = f"testsrc2=s=160x90:r=30:d=8,hue=h={number * 60}"
    ffmpeg(["-f", "lavfi", "-i", source, "-c:v", "libx264", "-crf", "42", "-pix_fmt", "yuv420p", str(made)])
    return made.read_bytes()


@pytest.fixture(scope="module")
def film(ada: ApiUser, tmp_path_factory: pytest.TempPathFactory) -> str:
    directory = tmp_path_factory.mktemp("clips")
    return ada.make_job(*(long_clip(directory, number) for number in range(2)))


def start_and_see_rendering(stack: Stack, ada: ApiUser, job_id: str) -> tuple[Json, str]:
    """Start a batch; return it, and the record of its first clip, as soon as that is being rendered."""
    known = stack.keys(JOBS)
    batch = ada.regenerate(job_id, {0: "brighter and sharper", 1: "darker"})
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:  # without pauses: it must not be done before it is seen
        for key in stack.keys(JOBS) - known:
            if stack.read_json(key)["status"] == "running":
                return batch, key
    raise AssertionError("No clip was being rendered.")


def assert_rendered_again(stack: Stack, died: datetime, record: str) -> None:
    job = stack.read_json(record)
    assert datetime.fromisoformat(job["submitted_at"]) < died < datetime.fromisoformat(job["started_at"])


def test_the_whole_stack_is_killed_and_started_again(stack: Stack, ada: ApiUser, film: str) -> None:
    batch, record = start_and_see_rendering(stack, ada, film)
    stack.cloud.kill()
    died = datetime.now(UTC)
    stack.cloud.start()
    stack.cloud.settle()

    ada.wait_for(lambda: len(ada.versions(film, 0)) == 2)  # by what the start has sent alone
    ended = ada.settled(stack, film, batch["batch_id"])
    first, second = ended["regenerations"]
    assert (first["status"], first["error"]) == ("succeeded", None)
    assert_rendered_again(stack, died, record)
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
    with stack.redelivered_after(seconds=2, at_most=20):
        batch, record = start_and_see_rendering(stack, ada, film)
        assert stack.kill_workers("submit_generation")
        died = datetime.now(UTC)
        ended = ada.ended(film, batch["batch_id"])
        ada.wait_for(stack.is_quiet)

    assert {item["status"] for item in ended["regenerations"]} == {"succeeded"}
    assert_rendered_again(stack, died, record)
    assert_consistent(stack)
