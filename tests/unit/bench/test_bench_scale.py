"""The simulation: what it is made of keeps its promises, and its numbers are those of the stack."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.bench.capacity import Capacity
from infra.bench.queueing import Clockwork, Pool
from infra.bench.simulation import EXPECTED_FROM_S, HEARTBEAT_S, Generations, archive_hours, look_pause_s
from retake.domain.looks import pause_before_look_s
from retake.services.batches.start_batch import start_batch
from tests.builders import JOB, store_ready_job
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser

ENOUGH = Capacity(submit=100, poll=100, archive=100, requests_per_second=1)
times = st.lists(st.tuples(st.floats(0, 50), st.floats(0.1, 20)), min_size=1, max_size=60)


@given(st.lists(st.floats(0, 100)))
def test_time_never_goes_back(delays: Sequence[float]) -> None:
    clock = Clockwork()
    seen: list[float] = []
    for delay in delays:
        clock.after(delay, lambda: seen.append(clock.now))
    clock.run()
    assert seen == sorted(delays)


def test_nothing_happens_in_the_past() -> None:
    with pytest.raises(ValueError, match="past"):
        Clockwork().after(-1, lambda: None)


@given(st.integers(1, 5), times)
def test_a_pool_holds_no_more_than_it_may_serves_all_in_order_and_never_idles(
    limit: int, visits: Sequence[tuple[float, float]]
) -> None:
    clock, pool = Clockwork(), Pool(limit)
    came: list[int] = []
    began: list[int] = []
    left: list[int] = []

    def check() -> None:
        assert 0 <= pool.inside <= limit
        assert pool.inside == len(began) - len(left)
        assert not pool.waiting or pool.inside == limit, "a caller waits beside a free place"

    def visit(number: int, seconds: float) -> None:
        def leave() -> None:
            left.append(number)
            pool.leave()
            check()

        def start() -> None:
            began.append(number)
            clock.after(seconds, leave)

        came.append(number)
        pool.enter(start)
        check()

    for number, (at, seconds) in enumerate(visits):
        clock.after(at, lambda number=number, seconds=seconds: visit(number, seconds))  # type: ignore[misc]
    clock.run()
    assert began == came
    assert sorted(left) == sorted(came)
    assert (pool.inside, pool.waiting) == (0, 0)


@given(st.integers(1, 12), st.integers(1, 4), st.sampled_from([0.0, 0.3]))
def test_every_clip_is_made_once(batches: int, clips: int, throttled: float) -> None:
    found = Generations(Capacity(2, 2, 2, 1, executions=10), throttled).run(batches=batches, clips=clips)
    assert found.clips == batches * clips
    assert found.executions <= 10


def test_one_batch_takes_as_long_as_its_clips_one_after_another() -> None:
    found = Generations(ENOUGH, 0).run(batches=1, clips=3)
    assert 3 * (90 + 8) < found.seconds < 3 * (150 + 5 + 8 + 5)
    assert (found.missed, found.executions) == (0, 1)


def test_too_few_workers_are_seen() -> None:
    """As it was once: two workers for 300 clips let most looks come too late."""
    found = Generations(Capacity(2, 2, 2, 1), 0).run(batches=300, clips=2)
    assert found.missed > 300
    assert found.silence_s > HEARTBEAT_S


def test_the_archive_needs_its_work_divided_by_its_workers() -> None:
    assert archive_hours(ENOUGH, 0) == pytest.approx(20_000 * 20 / 100 / 3600)


def test_its_numbers_are_those_of_the_functions() -> None:
    world = World()
    store_ready_job(world.jobs, world.objects)
    accepted = ServiceUser(world).regenerate(0)
    started = start_batch(JOB, accepted.batch.batch_id, world.ctx, execution_arn=None)
    assert started.heartbeat_s == HEARTBEAT_S
    for number in range(1, 8):
        for elapsed_s in range(0, 600, 7):
            same = pause_before_look_s(number, elapsed_s=elapsed_s, expected_from=EXPECTED_FROM_S)
            assert look_pause_s(number, elapsed_s) == same
