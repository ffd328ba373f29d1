"""What every ``GenerationHistory`` promises, beside the ``JobRepository`` whose commits write it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from retake.domain.changes import Change
from retake.domain.errors import InvalidRequestError
from retake.domain.history import HistoryFilter, PastGeneration
from retake.domain.holds import Hold
from retake.domain.statuses import JobKind, RegenerationStatus
from retake.ports.table import Table
from retake.storage.history import GenerationHistory
from retake.storage.jobs import JobRepository
from tests.builders import JOB, USER, a_job, a_regeneration, a_video
from tests.fakes.clocks import START, FixedClock

ALL = HistoryFilter()
FAILED, SUCCEEDED = RegenerationStatus.FAILED, RegenerationStatus.SUCCEEDED


@dataclass
class Stores:
    jobs: JobRepository
    history: GenerationHistory

    def past(self, wanted: HistoryFilter = ALL, *, limit: int = 100) -> list[PastGeneration]:
        """Return the whole list, page by page."""
        found: list[PastGeneration] = []
        cursor = None
        while True:
            page = self.history.list_generations(USER, wanted, limit=limit, cursor=cursor)
            assert len(page.items) <= limit
            found += page.items
            cursor = page.cursor
            if cursor is None:
                return found


@pytest.fixture
def stores(table: Table) -> Stores:
    return Stores(JobRepository(table, clock=FixedClock()), GenerationHistory(table))


def test_a_generation_is_reported_whole_once_it_has_ended(stores: Stores) -> None:
    asked = a_regeneration(2, hold=Hold("2026-03", Decimal("0.1080")), take=2, takes=3, model="any")
    job = stores.jobs.commit(Change(a_job(title="Foxes"), (asked,)), now=START)
    assert stores.past() == []
    ended = replace(
        asked,
        status=SUCCEEDED,
        prompt="a fox at night",
        provider="directed",
        provider_cost=Decimal("0.25"),
        version_number=4,
        submitted_at=START + timedelta(seconds=2),
        finished_at=START + timedelta(seconds=9),
    )
    stores.jobs.commit(Change(job, (ended,)), now=START)
    (line,) = stores.past()
    assert line == PastGeneration(
        user_id=USER,
        regeneration_id="regeneration-2",
        kind=JobKind.JOB,
        job_id=JOB,
        title="Foxes",
        batch_id="batch-1",
        clip_id="clip-2",
        clip_index=2,
        take=2,
        takes=3,
        instruction="make it nighttime",
        prompt="a fox at night",
        model="any",
        provider="directed",
        status=SUCCEEDED,
        error=None,
        version_number=4,
        estimated_cost=Decimal("0.1200"),
        actual_cost=Decimal("0.1200"),
        provider_cost=Decimal("0.25"),
        charged=Decimal("0.1080"),
        asked_at=START,
        submitted_at=START + timedelta(seconds=2),
        finished_at=START + timedelta(seconds=9),
    )
    assert line.seconds == 7


def test_what_comes_late_is_reported_on_the_same_line_and_outlives_the_job(stores: Stores) -> None:
    failed = a_regeneration(status=FAILED, error="No answer.", hold=Hold("2026-03", Decimal("0.1200")))
    job = stores.jobs.commit(Change(a_job(), (failed,)), now=START)
    nothing = Decimal(0)
    reported = [(line.error, line.actual_cost, line.charged) for line in stores.past()]
    assert reported == [("No answer.", nothing, nothing)]
    read = stores.jobs.get_regeneration(JOB, "regeneration-0")
    stores.jobs.commit(Change(job, (replace(read, version_number=2),)), now=START)
    stores.jobs.purge(JOB)
    (line,) = stores.past()
    assert (line.status, line.version_number, line.actual_cost) == (FAILED, 2, Decimal("0.1200"))


def end(
    stores: Stores,
    number: int,
    at: datetime,
    *,
    model: str = "any",
    status: RegenerationStatus = SUCCEEDED,
    is_video: bool = False,
    user_id: str = USER,
) -> None:
    job_id = f"job-{number}"
    job = replace(a_video(job_id) if is_video else a_job(job_id=job_id), user_id=user_id)
    generation = a_regeneration(
        job_id=job_id, regeneration_id=f"g-{number}", created_at=at, model=model, status=status
    )
    stores.jobs.commit(Change(job, (generation,)), now=START)


def test_generations_newest_first_by_status_model_kind_and_month(stores: Stores) -> None:
    for number in range(9):
        end(
            stores,
            number,
            START + timedelta(days=5 * number),
            model="any" if number % 2 else "choosy",
            status=FAILED if number in (3, 4) else SUCCEEDED,
            is_video=number in (4, 5, 7),
        )
    end(stores, 10, START, user_id="another-user")

    def numbers(wanted: HistoryFilter, limit: int = 2) -> list[int]:
        return [int(line.regeneration_id.removeprefix("g-")) for line in stores.past(wanted, limit=limit)]

    assert numbers(ALL) == list(range(8, -1, -1))
    assert numbers(ALL, 100) == numbers(ALL, 9) == numbers(ALL, 1)
    assert numbers(HistoryFilter(month="2026-03")) == [6, 5, 4, 3, 2, 1, 0]
    assert numbers(HistoryFilter(month="2026-04")) == [8, 7]
    assert numbers(HistoryFilter(model="choosy")) == [8, 6, 4, 2, 0]
    assert numbers(HistoryFilter(status=FAILED)) == [4, 3]
    assert numbers(HistoryFilter(kind=JobKind.VIDEO)) == [7, 5, 4]
    assert numbers(HistoryFilter(FAILED, "choosy", JobKind.VIDEO, "2026-03")) == [4]
    assert numbers(HistoryFilter(FAILED, month="2026-04")) == []


def test_a_cursor_of_another_list_is_refused(stores: Stores) -> None:
    for number in range(3):
        end(stores, number, START + timedelta(days=number))
    cursor = stores.history.list_generations(USER, ALL, limit=1, cursor=None).cursor
    for user_id, wanted in (("another-user", ALL), (USER, HistoryFilter(month="2026-04"))):
        with pytest.raises(InvalidRequestError):
            stores.history.list_generations(user_id, wanted, limit=1, cursor=cursor)
