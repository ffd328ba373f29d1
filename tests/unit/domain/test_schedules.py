"""Schedules: started once, at their time and not before, whatever happens to those who start them."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from retake.domain.errors import ConflictError
from retake.domain.schedule_tracking import events_of_schedule
from retake.domain.schedules import (
    EARLY,
    FURTHEST,
    LATE,
    START_LEASE,
    Schedule,
    ScheduledKind,
    ScheduleStatus,
    cancel,
    claim,
    fail,
    faults_of_time,
    price_objection,
    start,
    started_id_of,
    whole_second,
)
from tests.builders import USER
from tests.fakes.clocks import START

AT = START + timedelta(hours=1)
PRICES = st.none() | st.decimals(min_value=0, max_value=100, places=4, allow_nan=False)


def a_schedule(**fields: object) -> Schedule:
    made = Schedule("schedule-1", USER, AT, ScheduledKind.VIDEO, '{"prompt": "a fox"}', START, "hash")
    return replace(made, **fields)  # type: ignore[arg-type]


class ScheduleLife(RuleBasedStateMachine):
    """Wake-ups at any moment, attempts that die, people who cancel: what may and what may not follow."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.schedule = a_schedule()
        self.attempts: dict[int, datetime] = {}
        self.works: set[str] = set()
        self.reported = [draft.event.name for draft in events_of_schedule(None, self.schedule)]

    def put(self, after: Schedule) -> None:
        self.reported += [draft.event.name for draft in events_of_schedule(self.schedule, after)]
        self.schedule = after

    @rule(minutes=st.integers(0, 30))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def wake_up(self) -> None:
        claimed = claim(self.schedule, self.now)
        if claimed is None:
            return
        assert self.now >= AT - EARLY
        assert not self.schedule.status.has_ended
        # No one else can still be at it: an attempt lasts less than its lease.
        assert all(self.now >= since + START_LEASE for since in self.attempts.values())
        self.attempts[claimed.attempts] = self.now
        self.put(claimed)

    @precondition(lambda self: self.schedule.status is ScheduleStatus.STARTING)
    @rule(dies_before_writing=st.booleans(), refused=st.booleans())
    def carry_out(self, *, dies_before_writing: bool, refused: bool) -> None:
        if not refused:
            self.works.add(started_id_of(self.schedule.schedule_id))
        if dies_before_writing:
            return
        ended = fail(self.schedule, "no", self.now) if refused else start(self.schedule, self.now)
        self.put(ended)

    @rule()
    def change_ones_mind(self) -> None:
        try:
            cancelled = cancel(self.schedule, self.now)
        except ConflictError:
            assert self.schedule.status not in {ScheduleStatus.SCHEDULED, ScheduleStatus.CANCELLED}
            return
        if cancelled is not None:
            assert not self.works
            self.put(cancelled)

    @invariant()
    def at_most_one_thing_is_started(self) -> None:
        assert len(self.works) <= 1
        if self.schedule.status is ScheduleStatus.STARTED:
            assert self.works == {self.schedule.batch_id}

    @invariant()
    def what_has_not_ended_is_looked_at_again(self) -> None:
        assert (self.schedule.look_at is None) == self.schedule.status.has_ended
        assert (self.schedule.expires_at is not None) == self.schedule.status.has_ended

    @invariant()
    def a_look_that_is_due_is_never_in_vain(self) -> None:
        if self.schedule.look_at is not None and self.now >= self.schedule.look_at:
            assert claim(self.schedule, self.now) is not None

    @invariant()
    def its_user_gets_one_event_for_the_beginning_and_one_for_the_end(self) -> None:
        ends = 1 if self.schedule.status.has_ended else 0
        assert len(self.reported) == 1 + ends
        assert self.reported[0] == "schedule_created"


TestScheduleLife = ScheduleLife.TestCase


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)))  # noqa: DTZ001 - made aware
def test_a_whole_second_is_never_earlier_and_less_than_one_later(at: datetime) -> None:
    at = at.replace(tzinfo=START.tzinfo)
    whole = whole_second(at)
    assert whole.microsecond == 0
    assert timedelta(0) <= whole - at < timedelta(seconds=1)


def test_a_time_is_in_the_future_and_within_a_year() -> None:
    assert [fault.field for fault in faults_of_time(START, START)] == ["at"]
    assert faults_of_time(START + timedelta(seconds=1), START) == ()
    assert faults_of_time(START + FURTHEST, START) == ()
    assert [fault.field for fault in faults_of_time(START + FURTHEST * 2, START)] == ["at"]


@given(agreed=PRICES, cost=PRICES)
def test_no_one_pays_more_than_agreed(agreed: Decimal | None, cost: Decimal | None) -> None:
    objection = price_objection(agreed, cost)
    if agreed is not None and (cost is None or cost > agreed):
        assert objection is not None
        assert "schedule it again" in objection
    else:
        assert objection is None


def test_an_objection_reads_as_money_does() -> None:
    objection = price_objection(Decimal("10.0000"), Decimal("20.5000")) or ""
    assert "$10 " in objection
    assert "$20.5 " in objection


@pytest.mark.parametrize("status", [ScheduleStatus.STARTING, ScheduleStatus.STARTED, ScheduleStatus.FAILED])
def test_what_began_is_not_cancelled(status: ScheduleStatus) -> None:
    with pytest.raises(ConflictError, match=status):
        cancel(a_schedule(status=status), START)


def test_the_reconciliation_leaves_eventbridge_its_minute() -> None:
    assert a_schedule().look_at == AT + LATE
    claimed = claim(a_schedule(), AT)
    assert claimed is not None
    assert claimed.look_at == AT + START_LEASE
