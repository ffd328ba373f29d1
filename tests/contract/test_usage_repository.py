"""What every ``UsageRepository`` promises, beside the ``JobRepository`` whose commits it counts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from retake.domain.changes import Change
from retake.domain.errors import ConcurrentUpdateError, InvalidRequestError
from retake.domain.records.jobs import Job
from retake.domain.recount import recount
from retake.domain.statuses import JobStatus, VersionState
from retake.domain.storage_trend import StoredDay
from retake.domain.usage import StoredBytes, UserStorage
from retake.ports.table import Table
from retake.services.commits import change_job
from retake.storage.jobs import JobRepository
from retake.storage.usage import UsageRepository
from tests.builders import JOB, USER, a_job, a_version, an_archived_take
from tests.fakes.clocks import START, FixedClock
from tests.fakes.context import a_context

LATER = START + timedelta(days=1)
GIB = 1024**3


@dataclass
class Stores:
    jobs: JobRepository
    usage: UsageRepository


@pytest.fixture
def stores(table: Table) -> Stores:
    clock = FixedClock()
    return Stores(JobRepository(table, clock=clock), UsageRepository(table, clock=clock))


def land(jobs: JobRepository, number: int, *, job_id: str = JOB) -> None:
    def decide(job: Job) -> tuple[Change, None]:
        return Change(job, (a_version(number, job_id=job_id),)), None

    change_job(job_id, decide, a_context(jobs=jobs, clock=FixedClock()))


def test_no_one_stores_nothing(stores: Stores) -> None:
    assert stores.usage.get_stored("unknown") == StoredBytes()
    assert stores.usage.get_storage("unknown") == UserStorage("unknown")
    assert not stores.usage.list_changed(before=LATER, limit=10)


def test_a_take_counts_once_by_the_class_it_is_in_now(stores: Stores) -> None:
    job = stores.jobs.commit(Change(a_job(), (a_version(1), a_version(2))), now=START)
    assert stores.usage.get_stored(USER) == StoredBytes(active=600)
    entry = stores.jobs.list_clips(JOB)
    assert not entry, "versions without their clip are in no list"

    counted = replace(a_version(1), counted=StoredBytes(active=300))
    archived = replace(counted, state=VersionState.ARCHIVED, archived=an_archived_take("clip-0", 1))
    job = stores.jobs.commit(Change(job, (archived,)), now=START)
    assert stores.usage.get_stored(USER) == StoredBytes(active=300, archived=200, archived_before=300)

    again = replace(archived, counted=StoredBytes(archived=200, archived_before=300))
    deleted = replace(again, state=VersionState.DELETED)
    job = stores.jobs.commit(Change(job, (deleted,)), now=START)
    assert stores.usage.get_stored(USER) == StoredBytes(active=300, deleted_before=300)
    assert stores.jobs.get_job(JOB).counted == job.counted == StoredBytes(active=300, deleted_before=300)


def test_what_was_counted_is_written_into_the_record(stores: Stores) -> None:
    stores.jobs.commit(Change(a_job(), (a_version(1),)), now=START)
    job = stores.jobs.get_job(JOB)
    stores.jobs.commit(Change(job, (replace(a_version(1), counted=StoredBytes(active=300)),)), now=START)
    assert stores.usage.get_stored(USER) == StoredBytes(active=300)


def test_a_job_that_is_being_deleted_is_no_longer_its_users(stores: Stores) -> None:
    job = stores.jobs.commit(Change(a_job(), (a_version(1),)), now=START)
    stores.jobs.commit(Change(replace(job, status=JobStatus.DELETING)), now=START)
    assert stores.usage.get_stored(USER) == StoredBytes()


def test_a_commit_that_lost_counts_nothing(stores: Stores) -> None:
    job = stores.jobs.commit(Change(a_job()), now=START)
    stores.jobs.commit(Change(job), now=START)
    with pytest.raises(ConcurrentUpdateError):
        stores.jobs.commit(Change(job, (a_version(1),)), now=START)
    assert stores.usage.get_stored(USER) == StoredBytes()


def test_jobs_of_one_user_land_at_once_and_all_is_counted(stores: Stores) -> None:
    jobs = [f"job-{number}" for number in range(4)]
    for job_id in jobs:
        stores.jobs.commit(Change(a_job(job_id=job_id)), now=START)
    with ThreadPoolExecutor(4) as pool:
        done = [
            pool.submit(land, stores.jobs, number, job_id=job_id) for job_id in jobs for number in range(1, 4)
        ]
        for one in done:
            one.result()
    assert stores.usage.get_stored(USER) == StoredBytes(active=4 * 3 * 300)


def test_a_change_is_listed_until_it_is_settled(stores: Stores) -> None:
    stores.jobs.commit(Change(a_job(), (a_version(1),)), now=START)
    changed = stores.usage.list_changed(before=LATER, limit=10)
    assert [item.user_id for item in changed] == [USER]
    stores.usage.settle(changed[0])
    assert not stores.usage.list_changed(before=LATER, limit=10)


def test_a_change_after_the_look_keeps_the_mark(stores: Stores) -> None:
    job = stores.jobs.commit(Change(a_job(), (a_version(1),)), now=START)
    seen = stores.usage.list_changed(before=LATER, limit=10)[0]
    stores.jobs.commit(Change(job, (a_version(2),)), now=START + timedelta(seconds=1))
    stores.usage.settle(seen)
    assert [item.user_id for item in stores.usage.list_changed(before=LATER, limit=10)] == [USER]


def test_a_storage_record_is_written_on_what_was_read(stores: Stores) -> None:
    first = stores.usage.put_storage(UserStorage(USER, budget_bytes=5, unsent_percents=(80,)))
    assert stores.usage.get_storage(USER) == first
    assert first.revision == 1
    for stale in (UserStorage(USER), replace(first, revision=7)):
        with pytest.raises(ConcurrentUpdateError):
            stores.usage.put_storage(stale)
    second = stores.usage.put_storage(replace(first, alerted_percent=80, unsent_percents=()))
    assert stores.usage.get_storage(USER) == second


def test_users_come_by_size_page_by_page(stores: Stores) -> None:
    sizes = {"small": 5, "large": 40 * GIB, "middle": 2 * GIB}
    for user_id, size in sizes.items():
        stores.usage.put_storage(
            UserStorage(user_id, stored=StoredBytes(active=size // 2, archived=size - size // 2))
        )
    page = stores.usage.list_users(limit=2, cursor=None)
    assert [user.user_id for user in page.items] == ["large", "middle"]
    assert page.items[0].stored.total == 40 * GIB
    assert page.cursor is not None
    rest = stores.usage.list_users(limit=2, cursor=page.cursor)
    assert [user.user_id for user in rest.items] == ["small"]
    assert rest.cursor is None
    with pytest.raises(InvalidRequestError, match="cursor"):
        stores.usage.list_users(limit=2, cursor="e30nonsense")


def test_a_user_moves_in_the_list_with_what_it_stores(stores: Stores) -> None:
    first = stores.usage.put_storage(UserStorage("one", stored=StoredBytes(active=10)))
    stores.usage.put_storage(UserStorage("two", stored=StoredBytes(active=20)))
    stores.usage.put_storage(replace(first, stored=StoredBytes(active=30)))
    page = stores.usage.list_users(limit=9, cursor=None)
    assert [user.user_id for user in page.items] == ["one", "two"]


def test_jobs_come_by_size(stores: Stores) -> None:
    for number in range(3):
        job_id = f"job-{number}"
        versions = tuple(a_version(item + 1, job_id=job_id) for item in range(number))
        stores.jobs.commit(Change(a_job(job_id=job_id, title=f"Film {number}"), versions), now=START)
    largest = stores.usage.list_largest_jobs(limit=2, cursor=None)
    assert [(item.job_id, item.title, item.stored.total) for item in largest.items] == [
        ("job-2", "Film 2", 600),
        ("job-1", "Film 1", 300),
    ]
    assert largest.cursor is not None
    rest = stores.usage.list_largest_jobs(limit=2, cursor=largest.cursor)
    assert [(item.job_id, item.stored.total) for item in rest.items] == [("job-0", 0)]
    assert rest.cursor is None


def test_an_alert_that_is_to_be_sent_needs_a_look_until_it_is(stores: Stores) -> None:
    first = stores.usage.put_storage(UserStorage(USER, unsent_percents=(80, 100)))
    seen = stores.usage.list_changed(before=LATER, limit=10)
    assert [item.user_id for item in seen] == [USER]
    second = stores.usage.put_storage(replace(first, unsent_percents=(100,)))
    assert [item.user_id for item in stores.usage.list_changed(before=LATER, limit=10)] == [USER]
    stores.usage.put_storage(replace(second, unsent_percents=()))
    assert not stores.usage.list_changed(before=LATER, limit=10)
    stores.usage.settle(seen[0])  # it is gone already, which is no error
    assert not stores.usage.get_storage(USER).unsent_percents


def test_the_total_is_of_all_users_as_they_were_last_written(stores: Stores) -> None:
    assert stores.usage.get_total() == StoredBytes()
    first = stores.usage.put_storage(UserStorage("one", stored=StoredBytes(active=10, archived=1)))
    stores.usage.put_storage(UserStorage("two", stored=StoredBytes(active=20, deleted_before=7)))
    assert stores.usage.get_total() == StoredBytes(active=30, archived=1, deleted_before=7)
    less = replace(first, stored=StoredBytes(active=4, archived_before=6))
    second = stores.usage.put_storage(less)
    stores.usage.put_storage(second)
    assert stores.usage.get_total() == StoredBytes(active=24, archived_before=6, deleted_before=7)
    with pytest.raises(ConcurrentUpdateError):
        stores.usage.put_storage(replace(first, stored=StoredBytes(active=99)))
    assert stores.usage.get_total() == StoredBytes(active=24, archived_before=6, deleted_before=7)


def test_a_job_from_before_any_user_counted_is_counted_from_its_recount_on(stores: Stores) -> None:
    old = a_job(schema_version=1)
    read = stores.jobs.commit(Change(old, (a_version(1), a_version(2))), now=START)
    assert stores.usage.get_stored(USER) == StoredBytes()

    versions = [replace(a_version(number), counted=StoredBytes(active=300)) for number in (1, 2)]
    count = recount(read, versions, {})
    assert not count.is_exact
    assert count.found == StoredBytes(active=600)
    counted = stores.jobs.commit(Change(count.job, count.repaired_versions), now=START)
    assert stores.usage.get_stored(USER) == StoredBytes(active=600)
    assert recount(counted, versions, {}).is_exact

    stores.jobs.commit(Change(counted, (a_version(3),)), now=START)
    assert stores.usage.get_stored(USER) == StoredBytes(active=900)


def test_days_come_in_their_order_and_the_last_word_of_a_day_counts(stores: Stores) -> None:
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2026, 11, 2)]
    for number, day in enumerate(days):
        stores.usage.put_day(StoredDay(day, StoredBytes(active=number * GIB, archived=number)))
    stores.usage.put_day(StoredDay(days[0], StoredBytes(active=7)))
    stores.usage.put_storage(UserStorage("one", stored=StoredBytes(active=10)))  # the total is no day
    found = stores.usage.list_days(since=date(2026, 11, 3))
    assert found == [
        StoredDay(days[0], StoredBytes(active=7)),
        StoredDay(days[1], StoredBytes(active=GIB, archived=1)),
    ]
    assert len(stores.usage.list_days(since=days[2])) == len(days)
