"""Time is moved on the real stack: everything goes on working, and nothing that runs is harmed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from infra.cli.session import free_port, local_session
from retake_client.cli.main import app
from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack
from tests.table_audit import (
    assert_consistent,
    assert_paid_once,
    keys_in_ledger,
    landed_regenerations,
    records,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.local_cloud


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own, started eight days ahead: the others' time is not to be moved."""
    data = tmp_path_factory.mktemp("moved") / "data"
    eight_days = timedelta(days=8)
    with local_session(
        port=free_port(), data=data, provider="scripted", clock=eight_days, report=lambda _line: None
    ) as session:
        assert session.ahead == eight_days
        stack = Stack(session.cloud, "scripted")
        yield stack
        for person in stack.people.values():
            person.http.close()


def clock_of(ada: ApiUser) -> timedelta:
    reported = datetime.fromisoformat(ada.get("/status")["time"])
    return timedelta(days=round((reported - datetime.now(UTC)) / timedelta(days=1)))


def use_everything(ada: ApiUser) -> str:
    """Upload, make a job, regenerate, restore: the main flow, with a repeated request."""
    job_id = ada.make_job(small_clip(0), small_clip(1))
    key = {"Idempotency-Key": f"clock-{job_id}"}
    path = f"/jobs/{job_id}/clips/batch-regenerate"
    body = {"clips": [{"clip_index": 0, "instruction": "brighter"}]}
    first, again = (ada.http.post(path, json=body, headers=key) for _ in range(2))
    assert (first.status_code, again.json()) == (202, first.json())
    assert ada.ended(job_id, first.json()["batch_id"])["status"] == "succeeded"
    restored = ada.restore(job_id, 0, 1)
    assert restored.status_code in {200, 202}, restored.text
    ada.wait_for(lambda: ada.job(job_id)["video"]["up_to_date"])
    return job_id


def test_at_eight_days_ahead_and_at_forty_everything_works(moved: Stack, tmp_path: Path) -> None:
    ada = moved.person("ada")
    assert clock_of(ada) == timedelta(days=8)
    job_id = use_everything(ada)
    for index in (1, 0):  # the composition before the last two is handed to the ledger
        assert ada.run(job_id, {index: "darker"})["status"] == "succeeded"
    superseded = keys_in_ledger(records(moved))
    assert superseded & moved.keys(), "nothing is left for the purge to show itself by"

    in_twenty_days = (datetime.now(UTC) + timedelta(days=28)).isoformat()
    wanted = {"prompt": "a fox", "size": "160x90", "seconds": "0.2"}
    scheduled = ada.post("/schedules", {"at": in_twenty_days, "video": wanted}, status=201)

    assert_paid_once(moved)
    batch, said = move_while_a_batch_runs(moved, ada, job_id, "+40d")
    expired = landed_regenerations(moved)  # the provider's files are gone after a day of this clock

    assert "waiting for 1 workflow to end" in said
    assert batch["status"] == "succeeded"
    assert "40 days ahead" in said
    assert clock_of(ada) == timedelta(days=40)
    reports = {line.split()[0]: line for line in said.splitlines() if line.startswith("  retake-")}
    assert {"retake-purge", "retake-reconcile"} <= set(reports)
    assert "failed" not in said
    assert not superseded & moved.keys(), "what was due was not run at once"

    # EventBridge would come in 28 days: the reconciliation hands over what is due by this clock.
    assert "schedule 1" in reports["retake-reconcile"]
    path = f"/schedules/{scheduled['schedule_id']}"
    ada.wait_for(lambda: (found := ada.get(path))["status"] == "started" and found)

    assert use_everything(ada) != job_id  # with the same sign-in, and workers that were warm before
    assert ada.frames(job_id, tmp_path)
    ada.wait_for(moved.is_quiet)
    assert_paid_once(moved, expired=expired)
    assert_consistent(moved)


def move_while_a_batch_runs(stack: Stack, ada: ApiUser, job_id: str, to: str) -> tuple[Json, str]:
    """Move the clock while a clip is at the provider; return how the batch ended and what was said."""
    stack.direct({"slow": {"polls": 2}})
    accepted = ada.regenerate(job_id, {1: "slow"})
    ada.wait_for(
        lambda: ada.batch(job_id, accepted["batch_id"])["regenerations"][0]["status"] == "generating"
    )
    said: list[str] = []
    data = str(stack.cloud.directory.root)
    mover = Thread(target=lambda: said.append(CliRunner().invoke(app, ["clock", to, "--data", data]).output))
    mover.start()
    batch = ada.ended(job_id, accepted["batch_id"])
    mover.join()
    return batch, said[0]
