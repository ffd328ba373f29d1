"""Looks at budgets: whatever the bytes do and wherever a run dies, each crossing is reported."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retake.domain.budgets import look_at
from retake.domain.changes import Change
from retake.domain.errors import ConcurrentUpdateError
from retake.domain.limits import Limits
from retake.domain.records.jobs import Soundtrack
from retake.domain.usage import ALERT_PERCENTS, StoredBytes, UserStorage
from retake.services.usage.check_budgets import check_budgets
from retake.services.usage.set_budget import set_budget
from tests.builders import USER, a_job, store_ready_job
from tests.fakes.collected_alerts import CollectedAlerts
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.services.service_user import ServiceUser

BUDGET = 1000
CRASH = st.tuples(st.integers(min_value=0, max_value=12), st.booleans())
"""The call of a port at which the run dies, and whether it was still carried out."""


@pytest.fixture
def world() -> World:
    return a_world()


def a_world() -> World:
    return World(limits=Limits(storage_budget_bytes=BUDGET))


def store(world: World, size: int, *, user_id: str = USER) -> None:
    """Let a user's one job store so many bytes."""
    world.clock.advance(seconds=1)
    found = [job for job in world.jobs.all_jobs() if job.user_id == user_id]
    job = found[0] if found else a_job(job_id=f"job of {user_id}", user_id=user_id)
    world.jobs.commit(Change(replace(job, soundtrack=Soundtrack("key", "hash", size))), now=world.clock.now())


def check(world: World) -> None:
    assert not check_budgets(world.ctx).errors


def crossings(sizes: list[int]) -> list[tuple[str, int]]:
    found, before = [], 0
    for size in sizes:
        found += [(USER, p) for p in ALERT_PERCENTS if before * 100 < p * BUDGET <= size * 100]
        before = size
    return found


@given(st.lists(st.integers(min_value=0, max_value=2 * BUDGET), max_size=12))
def test_without_crashes_each_crossing_is_reported_exactly_once(sizes: list[int]) -> None:
    world = a_world()
    for size in sizes:
        store(world, size)
        check(world)
        check(world)
    assert world.alerts.sent == crossings(sizes)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(min_value=0, max_value=2 * BUDGET), CRASH), max_size=12))
def test_with_crashes_each_crossing_is_reported_at_least_once(
    steps: list[tuple[int, tuple[int, bool]]],
) -> None:
    world = a_world()
    for size, (calls, after) in steps:
        store(world, size)
        world.saboteur.order(calls, after=after)
        with suppress(Killed):
            check_budgets(world.ctx)
        world.saboteur.stand_down()
        check(world)
    wanted = crossings([size for size, _ in steps])
    assert set(world.alerts.sent) == set(wanted)
    for alert in set(wanted):
        repeats = world.alerts.sent.count(alert) - wanted.count(alert)
        assert 0 <= repeats <= world.saboteur.kills
    assert not world.usage.list_changed(before=world.clock.now(), limit=10)
    assert not world.usage.get_storage(USER).unsent_percents


SEND_80, STRIKE_80, SEND_100, STRIKE_100 = 6, 8, 10, 12
"""Calls of a run that meets a budget used up at once, by their place among its calls of ports."""

TWICE = {
    (SEND_80, True): 80,
    (STRIKE_80 - 1, False): 80,
    (STRIKE_80 - 1, True): 80,
    (STRIKE_80, False): 80,
    (SEND_100, True): 100,
    (STRIKE_100 - 1, False): 100,
    (STRIKE_100 - 1, True): 100,
    (STRIKE_100, False): 100,
}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("calls", range(15))
def test_an_alert_comes_twice_only_if_the_run_died_between_sending_and_striking_off(
    world: World, calls: int, *, after: bool
) -> None:
    store(world, BUDGET)
    world.saboteur.order(calls, after=after)
    with suppress(Killed):
        check_budgets(world.ctx)
    world.saboteur.stand_down()
    check(world)
    expected = [80, 100, *([TWICE[calls, after]] if (calls, after) in TWICE else [])]
    assert sorted(percent for _, percent in world.alerts.sent) == sorted(expected)


def test_what_a_dead_run_left_unsent_is_reported_before_the_next_look(world: World) -> None:
    store(world, BUDGET)
    world.saboteur.order(SEND_80, after=False)
    with suppress(Killed):
        check_budgets(world.ctx)
    store(world, 0)
    check(world)
    store(world, BUDGET)
    check(world)
    assert world.alerts.sent == [(USER, 80), (USER, 100)] * 2
    reported = world.user_events.list_user_events(USER, after=0, limit=10)
    # The run died before its alert was sent, and so the first crossing is announced once more.
    assert [event.data["percent"] for event in reported] == [80, 80, 100, 80, 100]
    assert {(event.name, event.data["is_full"]) for event in reported} == {("budget_reached", True)}


def test_parts_of_one_users_counters_are_one_look(world: World) -> None:
    for number in range(6):
        job = a_job(job_id=f"job-{number}", soundtrack=Soundtrack("key", "hash", 150))
        world.jobs.commit(Change(job), now=world.clock.now())
    assert len(world.usage.list_changed(before=world.clock.now(), limit=10)) > 1
    report = check_budgets(world.ctx)
    assert (report.users, report.alerts) == (1, 1)
    assert world.alerts.sent == [(USER, 80)]
    assert world.usage.get_total() == StoredBytes(active=900)
    assert check_budgets(world.ctx).users == 0


def test_a_user_whose_alert_cannot_be_sent_does_not_hold_up_the_others(world: World) -> None:
    store(world, BUDGET, user_id="unlucky")
    store(world, BUDGET, user_id="other")
    world.alerts.deaf_to = "unlucky"
    report = check_budgets(world.ctx)
    assert [error.split(":")[0] for error in report.errors] == ["unlucky"]
    assert world.alerts.sent == [("other", 80), ("other", 100)]
    world.alerts.deaf_to = ""
    check(world)
    assert sorted(world.alerts.sent) == sorted((user, p) for user in ("other", "unlucky") for p in (80, 100))


def test_an_admin_who_is_faster_is_not_overwritten(world: World) -> None:
    store(world, BUDGET)
    world.alerts = Meddling(world=world)
    check(world)
    assert world.alerts.sent == [(USER, 80), (USER, 100)]
    assert world.usage.get_storage(USER).budget_bytes == BUDGET + 1
    check(world)
    assert len(world.alerts.sent) == 2


@dataclass
class Meddling(CollectedAlerts):
    """Alerts during which an admin gives the user a budget."""

    world: World = field(default_factory=World)

    def budget_crossed(self, storage: UserStorage, *, percent: int, budget_bytes: int) -> None:
        super().budget_crossed(storage, percent=percent, budget_bytes=budget_bytes)
        set_budget(USER, BUDGET + 1, self.world.ctx)


def test_two_who_write_at_once_both_have_their_way(world: World) -> None:
    store(world, BUDGET)

    def admin_is_faster() -> None:
        world.usage.before_put = lambda: None
        set_budget(USER, BUDGET - 1, world.ctx)

    world.usage.before_put = admin_is_faster
    check(world)
    assert world.usage.get_storage(USER).budget_bytes == BUDGET - 1
    assert world.alerts.sent == [(USER, 80), (USER, 100)]


def test_who_never_gets_to_write_says_so(world: World) -> None:
    store(world, BUDGET)

    def another_write_is_always_faster() -> None:
        storage = world.usage.get_storage(USER)
        mine, world.usage.before_put = world.usage.before_put, lambda: None
        world.usage.put_storage(replace(storage, budget_bytes=5))
        world.usage.before_put = mine

    world.usage.before_put = another_write_is_always_faster
    with pytest.raises(ConcurrentUpdateError):
        set_budget(USER, 1, world.ctx)


def test_a_budget_that_an_admin_makes_smaller_is_reported_by_the_next_look(world: World) -> None:
    store(world, 500)
    check(world)
    set_budget(USER, 550, world.ctx)
    check(world)
    check(world)
    assert world.alerts.sent == [(USER, 80)]
    storage = world.usage.get_storage(USER)
    assert storage == replace(
        look_at(storage, StoredBytes(active=500), default_bytes=BUDGET), unsent_percents=()
    )


def test_an_alert_of_a_budget_that_no_longer_holds_is_not_sent(world: World) -> None:
    store(world, 500)
    set_budget(USER, 100, world.ctx)
    set_budget(USER, None, world.ctx)
    check(world)
    assert world.alerts.sent == []


class TestSpending:
    """A limit of one dollar a month; what is charged and reserved counts."""

    @pytest.fixture
    def world(self) -> World:
        world = World(limits=Limits(monthly_spend_limit=Decimal("1.0000")))
        store_ready_job(world.jobs, world.objects, seconds=(60, 60))
        return world

    def spend(self, world: World, *indexes: int, key: str) -> None:
        """Regenerate clips at $0.72 each."""
        ServiceUser(world).regenerate(*indexes, key=key)
        Stack(world).settle()

    def test_each_share_is_reported_once_a_month(self, world: World) -> None:
        self.spend(world, 0, key="first")
        check(world)
        assert world.alerts.spending == []
        world.limits = replace(world.limits, monthly_spend_limit=Decimal("0.9000"))
        store(world, 1)
        check(world)
        check(world)
        assert world.alerts.spending == [(USER, 80)]
        world.limits = replace(world.limits, monthly_spend_limit=Decimal("0.7200"))
        store(world, 2)
        check(world)
        assert world.alerts.spending == [(USER, 80), (USER, 100)]
        (first, second) = [
            event
            for event in world.user_events.list_user_events(USER, after=0, limit=100)
            if event.name == "spend_limit_reached"
        ]
        assert (first.data["percent"], first.data["is_used_up"], first.data["spent"]) == (80, False, "0.7200")
        assert (second.data["percent"], second.data["is_used_up"]) == (100, True)
        world.clock.advance(days=31)
        store(world, 3)
        check(world)
        assert len(world.alerts.spending) == 2, "another month, in which nothing was spent"

    def test_one_that_could_not_be_sent_is_sent_later(self, world: World) -> None:
        world.limits = replace(world.limits, monthly_spend_limit=Decimal("0.9000"))
        self.spend(world, 0, key="first")
        world.alerts.deaf_to = USER
        assert check_budgets(world.ctx).errors
        world.alerts.deaf_to = ""
        check(world)
        assert world.alerts.spending == [(USER, 80)]

    def test_without_a_limit_there_is_nothing_to_reach(self, world: World) -> None:
        world.limits = replace(world.limits, monthly_spend_limit=None)
        self.spend(world, 0, 1, key="first")
        check(world)
        assert world.alerts.spending == []
