"""A video that takes long to be joined is joined once: the reconciliation leaves it to whom it called."""

from dataclasses import replace

import pytest

from retake.domain.changes import Change
from retake.domain.errors import MediaToolError
from retake.services.commits import change_job
from retake.services.upkeep.reconcile import COMPOSE_LEASE, reconcile
from tests.builders import JOB
from tests.fakes.world import World

pytestmark = pytest.mark.usefixtures("job")


@pytest.fixture
def stale(world: World) -> World:
    """The timeline moved, and the worker that was to compose died."""
    change_job(
        JOB, lambda job: (Change(replace(job, timeline_revision=job.timeline_revision + 1)), None), world.ctx
    )
    return world


def runs_of_a_minute(world: World, minutes: int) -> int:
    """Let the reconciliation run every minute; return how often it had something composed."""
    before = len(world.workers.recomposed)
    for _ in range(minutes):
        world.clock.advance(minutes=1)
        report = reconcile(world.ctx)
        assert report.errors == ()
    return len(world.workers.recomposed) - before


def test_a_slow_composition_is_not_begun_again_while_it_may_go_on(stale: World) -> None:
    stale.workers.is_slow = True
    minutes = int(COMPOSE_LEASE.total_seconds() // 60)
    assert runs_of_a_minute(stale, minutes) == 1
    assert runs_of_a_minute(stale, minutes) == 1, "it died: another one is called"


def test_one_that_failed_is_tried_again_soon(stale: World, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []

    def fail(job_id: str, *, wait_s: int) -> bool:
        called.append((job_id, wait_s))
        raise MediaToolError("no space")

    with monkeypatch.context() as patch:
        patch.setattr(stale.workers, "recompose", fail)
        runs_of_a_minute(stale, 8)
    assert len(called) >= 3
    runs_of_a_minute(stale, 3)
    job = stale.jobs.get_job(JOB)
    assert (job.is_composed, job.lease_until) == (True, None)


def test_by_hand_it_is_begun_at_once(stale: World) -> None:
    stale.workers.is_slow = True
    runs_of_a_minute(stale, 3)
    before = len(stale.workers.recomposed)
    reconcile(stale.ctx, ignore_leases=True)
    assert len(stale.workers.recomposed) == before + 1


def test_the_next_change_is_composed_as_soon_as_ever(stale: World) -> None:
    runs_of_a_minute(stale, 3)
    assert stale.jobs.get_job(JOB).is_composed
    change_job(
        JOB, lambda job: (Change(replace(job, timeline_revision=job.timeline_revision + 1)), None), stale.ctx
    )
    assert runs_of_a_minute(stale, 3) == 1
