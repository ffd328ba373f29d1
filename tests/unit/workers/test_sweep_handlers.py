"""The functions that sweep, as EventBridge and an operator call them."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from retake.domain.changes import Change
from retake.domain.records.jobs import Job
from retake.domain.statuses import VersionState
from retake.domain.usage import StoredBytes
from retake.services.commits import change_job
from tests.builders import JOB, a_clip, a_version, an_archived_take, store_ready_job
from tests.fakes.world import World
from tests.lambda_calls import Context, invoke

BY_THE_CLOCK = {"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}


class Hurried(Context):
    """A function whose time is nearly up."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 30_000


def sweep(function: str, event: dict[str, Any], *, context: Context | None = None) -> dict[str, Any]:
    answer = invoke(function, event, context)
    # What a caller gets is JSON.
    found: dict[str, Any] = json.loads(json.dumps(answer))
    return found


@pytest.fixture
def old_takes(world: World) -> World:
    """A job whose clip 0 has two old takes, one for the archive and one to be deleted."""
    store_ready_job(world.jobs, world.objects)
    ages = {1: 40, 2: 8}

    def add(job: Job) -> tuple[Change, None]:
        (first,) = (
            entry.versions[0] for entry in world.jobs.list_clips(JOB) if entry.clip.clip_id == "clip-0"
        )
        takes = [
            replace(take, superseded_at=world.clock.now() - timedelta(days=ages[take.version_number]))
            for take in (first, a_version(2))
        ]
        clip = a_clip(current_version=3, next_version_number=4)
        return Change(job, (clip, *takes, a_version(3))), None

    change_job(JOB, add, world.ctx)
    return world


def test_a_days_sweep(old_takes: World) -> None:
    report = sweep("sweep_versions", BY_THE_CLOCK)
    assert (report["archived"], report["deleted"], report["has_more"]) == (1, 1, False)
    assert [message.queue for message in old_takes.queue.messages] == ["archive"]


def test_nothing_is_gone_on_with_that_was_not_cut_off(old_takes: World) -> None:
    report = sweep("sweep_versions", {"resume": True})
    assert (report["archived"], report["deleted"], report["entries_read"]) == (0, 0, 0)
    assert old_takes.queue.messages == []


def test_a_function_without_time_leaves_it_to_the_next(old_takes: World) -> None:
    cut = sweep("sweep_versions", BY_THE_CLOCK, context=Hurried())
    assert (cut["archived"], cut["has_more"]) == (0, True)
    assert sweep("sweep_versions", {"resume": True})["archived"] == 1
    assert not old_takes.table.items_under("SWEEP#")


def test_a_dry_run_says_what_it_would_do(old_takes: World, capsys: pytest.CaptureFixture[str]) -> None:
    report = sweep("sweep_versions", {"dry_run": True})
    assert len(report["planned"]) == 2
    assert old_takes.queue.messages == []
    assert "TakesDeleted" not in capsys.readouterr().out


def test_what_was_done_is_counted(old_takes: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert old_takes
    sweep("sweep_versions", BY_THE_CLOCK)
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert counted[0]["TakesSentToArchive"] == [1.0]
    assert counted[0]["TakesDeleted"] == [1.0]


def test_orphans_and_drift(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    store_ready_job(world.jobs, world.objects)
    world.objects.write(f"clips/{JOB}/left/behind.mp4", b"x", content_type="video/mp4")
    world.clock.advance(days=2)
    world.jobs.overwrite_job(replace(world.jobs.get_job(JOB), takes_stored=StoredBytes(active=1)))
    report = sweep("sweep_orphans", {"dry_run": True})
    assert (report["objects_given_up"], report["drifted"], report["repaired"]) == (1, 1, 0)
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert counted[0]["UsageDrift"] == [1.0]
    assert sweep("sweep_orphans", {"repair": True})["repaired"] == 1
    assert sweep("sweep_orphans", BY_THE_CLOCK)["drifted"] == 0


def test_what_s3_removed_by_itself(world: World) -> None:
    store_ready_job(world.jobs, world.objects)
    archived = an_archived_take("clip-0", 9)

    def add(job: Job) -> tuple[Change, None]:
        take = a_version(9, state=VersionState.ARCHIVED, archived=archived, superseded_at=world.clock.now())
        return Change(job, (take,)), None

    change_job(JOB, add, world.ctx)
    event = {
        "detail-type": "Object Deleted",
        "source": "aws.s3",
        "detail": {"object": {"key": archived.video_key}, "reason": "Lifecycle Expiration"},
    }
    assert sweep("tombstone_version", event) == {"tombstoned": True}
    assert sweep("tombstone_version", event) == {"tombstoned": False}
