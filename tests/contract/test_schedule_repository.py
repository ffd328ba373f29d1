"""What every ``ScheduleRepository`` promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from retake.domain.budgets import budget_reached
from retake.domain.errors import ConcurrentUpdateError, InvalidRequestError, TooManyKeptError
from retake.domain.schedules import (
    LATE,
    START_LEASE,
    Schedule,
    ScheduledKind,
    cancel,
    claim,
    fail,
    start,
)
from retake.ports.table import Table, Update
from retake.services.schedules.commits import change_schedule, create_schedule
from retake.storage.schedules import ScheduleRepository
from retake.storage.user_events import UserEvents
from tests.builders import USER
from tests.fakes.clocks import START, FixedClock
from tests.fakes.context import a_context

AT = START + timedelta(hours=1)
ROOM = {"most": 9, "most_bytes": 99}


@dataclass
class Stores:
    schedules: ScheduleRepository
    reported: UserEvents

    def names(self) -> list[str]:
        return [event.name for event in self.reported.list_user_events(USER, after=0, limit=100)]


@pytest.fixture
def stores(table: Table) -> Stores:
    return Stores(ScheduleRepository(table), UserEvents(table))


def a_schedule(schedule_id: str = "schedule-1", **fields: Any) -> Schedule:
    made = Schedule(schedule_id, USER, AT, ScheduledKind.VIDEO, '{"prompt": "a fox"}', START, "hash")
    return replace(made, **fields)


def test_a_schedule_is_read_back_whole_and_written_once(stores: Stores) -> None:
    schedule = a_schedule(
        kind=ScheduledKind.REGENERATION,
        job_id="job-1",
        clip_ids=("clip-1", "clip-0"),
        references={"upload-1": "kept-1"},
        reference_bytes=7,
        estimated_cost=Decimal("0.0600"),
        warnings=("It ends soon.",),
    )
    assert stores.schedules.find_schedule("schedule-1") is None
    assert stores.schedules.create_schedule(schedule, **ROOM) == schedule
    assert stores.schedules.create_schedule(a_schedule(request_hash="other"), **ROOM) == schedule
    assert stores.schedules.find_schedule("schedule-1") == schedule
    assert stores.names() == ["schedule_created"]


def test_each_change_is_reported_in_the_same_write(stores: Stores) -> None:
    made = stores.schedules.create_schedule(a_schedule(), **ROOM)
    claimed = claim(made, AT)
    assert claimed is not None
    claimed = stores.schedules.change_schedule(claimed, read=made, now=AT)
    ended = stores.schedules.change_schedule(fail(claimed, "no power", AT), read=claimed, now=AT)
    assert (ended.revision, stores.schedules.find_schedule("schedule-1")) == (3, ended)
    assert stores.names() == ["schedule_created", "schedule_failed"]
    (_, event) = stores.reported.list_user_events(USER, after=0, limit=10)
    assert (event.data["schedule_id"], event.data["error"]) == ("schedule-1", "no power")


def test_what_no_commit_reports_takes_the_next_number(stores: Stores) -> None:
    stores.schedules.create_schedule(a_schedule(), **ROOM)
    draft = budget_reached(90, percent=80, budget_bytes=100)
    data = {"percent": 80, "used_bytes": 90, "budget_bytes": 100, "is_full": False}
    for _ in range(2):
        stores.reported.append(USER, draft, now=AT)
    assert stores.names() == ["schedule_created", "budget_reached", "budget_reached"]
    reported = stores.reported.list_user_events(USER, after=1, limit=10)
    assert [(event.seq, event.data) for event in reported] == [(2, data), (3, data)]
    assert stores.reported.get_feed(USER).seq == 3


def test_an_old_reading_changes_nothing_and_reports_nothing(stores: Stores) -> None:
    made = stores.schedules.create_schedule(a_schedule(), **ROOM)
    cancelled = cancel(made, START)
    assert cancelled is not None
    stores.schedules.change_schedule(cancelled, read=made, now=START)
    with pytest.raises(ConcurrentUpdateError):
        stores.schedules.change_schedule(start(made, AT), read=made, now=AT)
    assert stores.names() == ["schedule_created", "schedule_cancelled"]


def test_of_many_who_claim_it_one_does(stores: Stores) -> None:
    clock = FixedClock(AT)
    ctx = a_context(schedules=stores.schedules, clock=clock)
    create_schedule(a_schedule(), ctx, **ROOM)

    def attempt(_: int) -> bool:
        return change_schedule("schedule-1", lambda read: claim(read, clock.now()), ctx)[1]

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(attempt, range(4))) == 1


def test_those_made_at_the_same_moment_are_all_reported(stores: Stores) -> None:
    with ThreadPoolExecutor(3) as threads:
        list(
            threads.map(
                lambda n: create_schedule(
                    a_schedule(f"schedule-{n}"), a_context(schedules=stores.schedules), **ROOM
                ),
                range(3),
            )
        )
    events = stores.reported.list_user_events(USER, after=0, limit=10)
    assert [event.seq for event in events] == [1, 2, 3]


def test_of_many_at_the_same_moment_no_more_wait_than_allowed(stores: Stores) -> None:
    ctx = a_context(schedules=stores.schedules)

    def schedule(number: int) -> bool:
        try:
            create_schedule(a_schedule(f"schedule-{number}"), ctx, most=3, most_bytes=99)
        except TooManyKeptError:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(schedule, range(6))) == 3
    first = stores.schedules.list_waiting(USER, since=START)[0]
    cancelled = cancel(first, START)
    assert cancelled is not None
    stores.schedules.change_schedule(cancelled, read=first, now=START)
    assert schedule(9), "there is room again"
    assert not schedule(10)


def test_of_many_at_the_same_moment_no_more_bytes_are_kept_than_allowed(stores: Stores) -> None:
    ctx = a_context(schedules=stores.schedules)

    def schedule(number: int, size_bytes: int = 4) -> bool:
        asked = a_schedule(f"schedule-{number}", reference_bytes=size_bytes)
        try:
            create_schedule(asked, ctx, most=9, most_bytes=10)
        except TooManyKeptError:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(schedule, range(6))) == 2
    assert schedule(7, size_bytes=0), "one without files"
    first = next(item for item in stores.schedules.list_waiting(USER, since=START) if item.reference_bytes)
    cancelled = cancel(first, START)
    assert cancelled is not None
    stores.schedules.change_schedule(cancelled, read=first, now=START)
    assert schedule(8, size_bytes=6), "there is room again"
    assert not schedule(9, size_bytes=1)


def test_bytes_that_an_earlier_release_did_not_count_are_counted(stores: Stores, table: Table) -> None:
    ctx = a_context(schedules=stores.schedules)
    create_schedule(a_schedule(reference_bytes=8), ctx, **ROOM)
    table.write(Update((f"USER#{USER}", "KEPT#schedules"), remove=("sizes",)))
    another = a_schedule("schedule-2", reference_bytes=3)
    with pytest.raises(TooManyKeptError):
        create_schedule(another, ctx, most=9, most_bytes=10)
    create_schedule(another, ctx, most=9, most_bytes=11)


def test_overdue_is_what_no_one_started_in_time(stores: Stores) -> None:
    made = stores.schedules.create_schedule(a_schedule(), **ROOM)
    later = stores.schedules.create_schedule(a_schedule("schedule-2", at=AT + timedelta(minutes=1)), **ROOM)
    assert stores.schedules.list_overdue(before=AT, limit=10) == []
    both = ["schedule-1", "schedule-2"]
    assert stores.schedules.list_overdue(before=AT + LATE * 2, limit=10) == both
    assert stores.schedules.list_overdue(before=AT + LATE * 2, limit=1) == both[:1]
    claimed = claim(made, AT)
    assert claimed is not None
    claimed = stores.schedules.change_schedule(claimed, read=made, now=AT)
    assert stores.schedules.list_overdue(before=AT + LATE * 2, limit=10) == ["schedule-2"]
    assert stores.schedules.list_overdue(before=AT + START_LEASE, limit=10) == ["schedule-2", "schedule-1"]
    stores.schedules.change_schedule(start(claimed, AT), read=claimed, now=AT)
    stores.schedules.change_schedule(fail(later, "no", AT), read=later, now=AT)
    assert stores.schedules.list_overdue(before=AT + timedelta(days=1), limit=10) == []


def test_a_users_schedules_by_their_time_page_by_page(stores: Stores) -> None:
    for number in range(5):
        stores.schedules.create_schedule(
            a_schedule(f"schedule-{number}", at=AT + timedelta(hours=number)), **ROOM
        )
    stores.schedules.create_schedule(a_schedule("hers", user_id="another-user"), **ROOM)
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        page = stores.schedules.list_schedules(USER, limit=2, cursor=cursor)
        seen += [schedule.schedule_id for schedule in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == [f"schedule-{number}" for number in (4, 3, 2, 1, 0)]
    with pytest.raises(InvalidRequestError):
        stores.schedules.list_schedules(USER, limit=2, cursor="nonsense")
    made = stores.schedules.find_schedule("schedule-4")
    assert made is not None
    cancelled = cancel(made, START)
    assert cancelled is not None
    stores.schedules.change_schedule(cancelled, read=made, now=START)
    waiting = stores.schedules.list_waiting(USER, since=AT + timedelta(hours=1))
    assert sorted(schedule.schedule_id for schedule in waiting) == [f"schedule-{n}" for n in (1, 2, 3)]
