"""What every repository promises of money: set aside, given back and charged by the commits of jobs."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from retake.domain.changes import Change
from retake.domain.errors import ConcurrentUpdateError, SpendLimitError
from retake.domain.holds import Hold
from retake.domain.limits import Limits
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.domain.spending import MonthSpent, Reservation, Spent
from retake.domain.statuses import RegenerationStatus
from retake.ports.table import Table, Update
from retake.services.commits import commit_new
from retake.services.usage.allowances import reserve_spending
from retake.storage.jobs import JobRepository
from retake.storage.usage import UsageRepository
from tests.builders import USER, a_clip, a_job, a_regeneration, a_version
from tests.fakes.clocks import START, FixedClock
from tests.fakes.context import a_context

MARCH = "2026-03"
ENDED = RegenerationStatus.FAILED


@dataclass
class Stores:
    jobs: JobRepository
    usage: UsageRepository

    def month(self) -> Spent:
        return self.usage.get_month(USER, MARCH).spent


@pytest.fixture
def stores(table: Table) -> Stores:
    clock = FixedClock()
    return Stores(JobRepository(table, clock=clock), UsageRepository(table, clock=clock))


def a_take(number: int, **fields: Any) -> Version:
    return a_version(number, regeneration_id=f"regeneration-{number}", **fields)


def dollars(amount: str) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.0001"))


def accept(stores: Stores, amount: str, *, job_id: str = "job-1", most: Decimal | None = None) -> Job:
    """Commit a new job with one generation that this much is set aside for."""
    hold = Hold(MARCH, dollars(amount))
    generation = a_regeneration(job_id=job_id, estimated_cost=dollars("0.1200"), hold=hold)
    reserves = Reservation(MARCH, hold.amount, most)
    return stores.jobs.commit(Change(a_job(job_id=job_id), (generation,), reserves=reserves), now=START)


def test_what_is_accepted_is_set_aside_and_given_back_when_it_fails(stores: Stores) -> None:
    job = accept(stores, "0.108")
    assert stores.month() == Spent(reserved=dollars("0.108"))
    read = stores.jobs.get_regeneration("job-1", "regeneration-0")
    job = stores.jobs.commit(Change(job, (replace(read, progress=50),)), now=START)
    assert stores.month() == Spent(reserved=dollars("0.108"))
    read = stores.jobs.get_regeneration("job-1", "regeneration-0")
    job = stores.jobs.commit(Change(job, (replace(read, status=ENDED),)), now=START)
    assert stores.month() == Spent()
    read = stores.jobs.get_regeneration("job-1", "regeneration-0")
    assert read.hold == Hold(MARCH, dollars("0.108"), is_held=False)
    stores.jobs.commit(Change(job, (replace(read, error="no"),)), now=START)
    assert stores.month() == Spent()


def land(stores: Stores, job: Job, status: RegenerationStatus, *, days: int) -> Job:
    read = stores.jobs.get_regeneration("job-1", "regeneration-0")
    take = a_version(2, regeneration_id="regeneration-0", cost=dollars("0.12"))
    landed = replace(read, status=status, version_number=2)
    return stores.jobs.commit(Change(job, (take, landed)), now=START + timedelta(days=days))


def test_a_take_is_charged_to_the_month_of_its_request_whenever_it_lands(stores: Stores) -> None:
    job = accept(stores, "0.108")
    land(stores, job, RegenerationStatus.SUCCEEDED, days=40)
    charged = Spent(dollars("0.12"), 1, dollars("0.108"))
    assert stores.usage.list_months(USER, since="2026-01") == [MonthSpent(MARCH, charged, dollars("0.108"))]


def test_one_that_comes_after_it_was_ended_is_charged_once(stores: Stores) -> None:
    job = accept(stores, "0.108")
    read = stores.jobs.get_regeneration("job-1", "regeneration-0")
    job = stores.jobs.commit(Change(job, (replace(read, status=ENDED),)), now=START)
    job = land(stores, job, ENDED, days=0)
    charged = Spent(dollars("0.12"), 1, dollars("0.108"))
    assert stores.month() == charged
    read = stores.jobs.get_regeneration("job-1", "regeneration-0")
    stores.jobs.commit(Change(job, (replace(read, progress=100),)), now=START)
    assert stores.month() == charged


def test_a_commit_for_which_there_is_no_room_writes_nothing(stores: Stores) -> None:
    accept(stores, "0.5", most=dollars("0.5"))
    with pytest.raises(ConcurrentUpdateError):
        accept(stores, "0.5001", job_id="job-2", most=dollars("0.4999"))
    assert stores.month() == Spent(reserved=dollars("0.5"))
    assert not [
        job for job in stores.jobs.list_jobs(USER, limit=9, cursor=None).items if job.job_id != "job-1"
    ]
    accept(stores, "0.5", job_id="job-2", most=dollars("0.5"))
    assert stores.month() == Spent(reserved=dollars("1"))


def test_of_many_that_come_at_once_as_many_are_accepted_as_there_is_room_for(stores: Stores) -> None:
    limits = Limits(monthly_spend_limit=Decimal("0.35"))
    ctx = a_context(jobs=stores.jobs, usage=stores.usage, limits=limits, clock=FixedClock())

    def ask(number: int) -> bool:
        hold = Hold(MARCH, dollars("0.1"))
        generation = a_regeneration(job_id=f"job-{number}", hold=hold)
        change = Change(a_job(job_id=f"job-{number}"), (generation,))
        try:
            commit_new(
                change,
                ctx,
                reserve=lambda: reserve_spending(USER, [hold], MARCH, ctx),
            )
        except SpendLimitError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        accepted = list(threads.map(ask, range(8)))
    assert sum(accepted) == 3
    assert stores.month() == Spent(reserved=dollars("0.3"))
    made = stores.jobs.list_jobs(USER, limit=9, cursor=None).items
    assert {job.job_id for job in made} == {f"job-{number}" for number in range(8) if accepted[number]}


def test_a_take_is_counted_when_it_lands_and_never_again(stores: Stores) -> None:
    take = a_take(2, cost=Decimal("0.1200"))
    original = a_version(1, cost=Decimal(0))
    job = stores.jobs.commit(Change(a_job(), (a_clip(), original, take)), now=START)
    (_, landed) = sorted(
        stores.jobs.get_clip("job-1", "clip-0").versions, key=lambda version: version.version_number
    )
    stores.jobs.commit(Change(job, (replace(landed, superseded_at=START),)), now=START)
    assert stores.month() == Spent(dollars("0.12"), 1, dollars("0.12"))


def test_months_are_kept_apart_and_jobs_added_up(stores: Stores) -> None:
    for number, at in enumerate((START, START, START + timedelta(days=31), START - timedelta(days=90))):
        take = a_take(1, job_id=f"job-{number}", cost=Decimal("0.0101"))
        stores.jobs.commit(Change(a_job(job_id=f"job-{number}"), (take,)), now=at)
    hers = a_take(1, job_id="hers", cost=Decimal("5.0000"))
    stores.jobs.commit(Change(a_job(job_id="hers", user_id="another-user"), (hers,)), now=START)
    one, two = dollars("0.0101"), dollars("0.0202")
    assert stores.usage.list_months(USER, since=MARCH) == [
        MonthSpent("2026-04", Spent(one, 1, one), one),
        MonthSpent(MARCH, Spent(two, 2, two), two),
    ]
    assert len(stores.usage.list_months(USER, since="2025-01")) == 3
    assert stores.usage.list_months("unknown", since="2025-01") == []


def test_what_was_spent_outlives_the_job(stores: Stores) -> None:
    stores.jobs.commit(Change(a_job(), (a_take(1, cost=Decimal("0.0100")),)), now=START)
    stores.jobs.purge("job-1")
    assert stores.month().cost == dollars("0.01")


def test_what_an_earlier_release_counted_is_spent_too(stores: Stores, table: Table) -> None:
    for part in ("1", "5"):
        key = f"USER#{USER}", f"SPENT#{MARCH}#{part}"
        table.write(Update(key, add={"units": 4000, "takes": 2}))
    assert stores.month() == Spent(dollars("0.8"), 4, dollars("0.8"))
    ctx = a_context(usage=stores.usage, limits=Limits(monthly_spend_limit=Decimal(1)))
    hold = Hold(MARCH, dollars("0.15"))
    reserves = reserve_spending(USER, [hold], MARCH, ctx)
    stores.jobs.commit(Change(a_job(), (a_regeneration(hold=hold),), reserves=reserves), now=START)
    assert stores.month() == Spent(dollars("0.8"), 4, dollars("0.8"), dollars("0.15"))
    with pytest.raises(ConcurrentUpdateError):  # the same answer, a moment too late
        stores.jobs.commit(Change(a_job(job_id="job-2"), reserves=reserves), now=START)
    with pytest.raises(SpendLimitError, match=r"\$0.80 is spent and \$0.15 reserved .* so \$0.05 is left"):
        reserve_spending(USER, [hold], MARCH, ctx)
