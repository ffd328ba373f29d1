"""What every ``JobRepository`` promises."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from retake.domain.changes import Change
from retake.domain.clip_versions import ClipTake
from retake.domain.due import COMPOSE_GRACE, DueKind, DueWork
from retake.domain.errors import ConcurrentUpdateError, InvalidRequestError, NotFoundError
from retake.domain.events.batches import BatchComplete, BatchStarted
from retake.domain.events.jobs import JobReady
from retake.domain.notices import NoticeCode, notice
from retake.domain.pricing import ClipPrice, price_batch
from retake.domain.records.batches import ClipResult, Regeneration
from retake.domain.records.jobs import Composition, Soundtrack
from retake.domain.records.takes import RestoreRequest
from retake.domain.statuses import (
    BatchStatus,
    JobStatus,
    RegenerationStatus,
    VersionState,
)
from retake.domain.usage import StoredBytes
from retake.ports.table import Table
from retake.services.commits import change_job
from retake.storage.jobs import JobRepository
from tests.builders import (
    JOB,
    USER,
    a_batch,
    a_clip,
    a_deletion,
    a_job,
    a_regeneration,
    a_version,
    an_archived_take,
)
from tests.fakes.clocks import START, FixedClock
from tests.fakes.context import a_context

LATER = START + timedelta(days=1)


@pytest.fixture
def jobs(table: Table) -> JobRepository:
    return JobRepository(table, clock=FixedClock())


def due(jobs: JobRepository, kind: DueKind) -> list[DueWork]:
    return list(jobs.list_due(kind, before=LATER, limit=100))


class TestCommit:
    def test_a_new_job_is_written_and_read_back_whole(self, jobs: JobRepository) -> None:
        job = a_job(
            soundtrack=Soundtrack("clips/job-1/soundtrack/1", "sound"),
            composition=Composition("f", "v", "p", 30, 1000, 10, 1),
            kept_compositions=(Composition("g", "w", "q", 30, 1000, 10, 0),),
            waiting_batch_ids=("batch-2",),
            lease_until=START,
        )
        made = jobs.commit(Change(job), now=START)
        assert made == replace(job, revision=1, counted=StoredBytes(active=20), open_since=START)
        assert jobs.get_job(JOB) == made

    def test_records_are_read_back_whole(self, jobs: JobRepository) -> None:
        batch = a_batch(
            results=(ClipResult(0, "regeneration-0", RegenerationStatus.FAILED, None, "no"),),
            charged=Decimal("0.4050"),
            lease_until=START + timedelta(microseconds=1),
            cancel_requested_at=START,
        )
        version = a_version(
            2,
            state=VersionState.RESTORING,
            archived=an_archived_take("clip-0", 2),
            superseded_at=START,
            returning=RestoreRequest(START, 3, START + timedelta(minutes=5)),
            notices=(notice(NoticeCode.SOUND_TAIL_CUT, lost_s=0.25), notice(NoticeCode.RANGE_REDUCED)),
        )
        regeneration = a_regeneration(poll_seq=3, deadline_at=START, expires_at=None)
        jobs.commit(Change(a_job(), (a_clip(), version, batch, regeneration, a_deletion())), now=START)
        assert jobs.get_batch(JOB, "batch-1") == batch
        assert jobs.get_clip(JOB, "clip-0").versions == [replace(version, counted=version.stored)]
        assert jobs.get_clip(JOB, "clip-0").clip == a_clip()
        assert jobs.get_regeneration(JOB, "regeneration-0") == regeneration
        assert jobs.get_deletion(JOB, "deletion-1") == a_deletion()

    def test_takes_to_choose_from_are_read_back_whole(self, jobs: JobRepository) -> None:
        price = price_batch([ClipPrice(0, 10_000, Decimal("0.12"), "any", take, 2) for take in (1, 2)])
        batch = a_batch(price=price)
        regeneration = a_regeneration(take=2, takes=2, siblings=("regeneration-1", "regeneration-2"))
        jobs.commit(Change(a_job(), (a_clip(model="any"), batch, regeneration)), now=START)
        assert jobs.get_batch(JOB, "batch-1") == batch
        assert jobs.get_regeneration(JOB, "regeneration-0") == regeneration
        assert jobs.get_clip(JOB, "clip-0").clip.model == "any"

    def test_a_job_is_made_once(self, jobs: JobRepository) -> None:
        jobs.commit(Change(a_job(title="first")), now=START)
        with pytest.raises(ConcurrentUpdateError):
            jobs.commit(Change(a_job(title="second")), now=START)
        assert jobs.get_job(JOB).title == "first"

    def test_a_job_that_changed_meanwhile_is_not_overwritten(self, jobs: JobRepository) -> None:
        read = jobs.commit(Change(a_job()), now=START)
        jobs.commit(Change(replace(read, title="faster")), now=START)
        stale = Change(replace(read, title="slower"), (a_batch(),), events=(JobReady(clips=3),))
        with pytest.raises(ConcurrentUpdateError):
            jobs.commit(stale, now=START)
        assert jobs.get_job(JOB).title == "faster"
        assert jobs.list_events(JOB, after=0, limit=10) == []
        with pytest.raises(NotFoundError):
            jobs.get_batch(JOB, "batch-1")

    def test_a_job_that_is_gone_is_not_written_again(self, jobs: JobRepository) -> None:
        read = jobs.commit(Change(a_job()), now=START)
        jobs.purge(JOB)
        with pytest.raises(ConcurrentUpdateError):
            jobs.commit(Change(read), now=START)

    def test_removed_records_are_gone(self, jobs: JobRepository) -> None:
        jobs.put_drafts((a_deletion(),))
        jobs.commit(Change(a_job(), removes=(a_deletion(),)), now=START)
        with pytest.raises(NotFoundError):
            jobs.get_deletion(JOB, "deletion-1")


class TestOpenWork:
    def open_ids(self, jobs: JobRepository, user_id: str = USER) -> set[str]:
        return {job.job_id for job in jobs.list_open(user_id, limit=100, cursor=None).items}

    def test_a_job_is_listed_while_it_has_some(self, jobs: JobRepository) -> None:
        job = jobs.commit(Change(a_job()), now=START)
        assert self.open_ids(jobs) == set()
        job = jobs.commit(Change(replace(job, active_batch_id="batch-1")), now=LATER)
        assert (self.open_ids(jobs), job.open_since) == ({JOB}, LATER)
        assert self.open_ids(jobs, "another-user") == set()
        job = jobs.commit(Change(replace(job, active_batch_id=None, waiting_batch_ids=("b",))), now=LATER)
        assert self.open_ids(jobs) == {JOB}
        job = jobs.commit(Change(replace(job, waiting_batch_ids=())), now=LATER)
        assert (self.open_ids(jobs), job.open_since) == (set(), None)
        jobs.commit(Change(replace(job, active_batch_id="batch-2")), now=LATER)
        assert self.open_ids(jobs) == {JOB}

    def test_one_that_is_being_deleted_is_not(self, jobs: JobRepository) -> None:
        job = jobs.commit(Change(a_job(active_batch_id="batch-1")), now=START)
        jobs.commit(Change(replace(job, status=JobStatus.DELETING)), now=START)
        assert self.open_ids(jobs) == set()

    def test_pages_leave_nothing_out_and_repeat_nothing(self, jobs: JobRepository) -> None:
        for number in range(7):
            job = jobs.commit(Change(a_job(job_id=f"job-{number}", active_batch_id="batch-1")), now=START)
            if number % 3 == 0:
                jobs.commit(Change(replace(job, active_batch_id=None)), now=START)
        seen: list[str] = []
        cursor = None
        while cursor is not None or not seen:
            page = jobs.list_open(USER, limit=2, cursor=cursor)
            seen += [job.job_id for job in page.items]
            cursor = page.cursor
        assert sorted(seen) == ["job-1", "job-2", "job-4", "job-5"]

    @pytest.mark.parametrize("cursor", ["nonsense", "", "e30", "WyJKT0IjIiwieCJd"])
    def test_a_strange_cursor_is_refused(self, jobs: JobRepository, cursor: str) -> None:
        with pytest.raises(InvalidRequestError):
            jobs.list_open(USER, limit=2, cursor=cursor)

    def test_its_batches_are_found_in_the_order_asked_for(self, jobs: JobRepository) -> None:
        batches = [a_batch(f"batch-{number}", queue_number=number) for number in range(3)]
        jobs.commit(Change(a_job(), tuple(batches)), now=START)
        assert jobs.find_batches(JOB, ["batch-2", "unknown", "batch-0"]) == [batches[2], batches[0]]
        assert jobs.find_batches(JOB, []) == []


class TestReading:
    def test_what_is_missing_is_said(self, jobs: JobRepository) -> None:
        for read in (
            lambda: jobs.get_job("unknown"),
            lambda: jobs.get_batch(JOB, "unknown"),
            lambda: jobs.get_clip(JOB, "unknown"),
            lambda: jobs.get_regeneration(JOB, "unknown"),
            lambda: jobs.get_deletion(JOB, "unknown"),
        ):
            with pytest.raises(NotFoundError):
                read()

    def test_versions_come_newest_first_and_only_the_clips_own(self, jobs: JobRepository) -> None:
        jobs.put_drafts((a_clip("clip-1"), a_clip("clip-10"), a_clip("clip-")))
        versions = [a_version(number, clip_id="clip-1") for number in (1, 2, 10, 9)]
        jobs.commit(Change(a_job(), (*versions, a_version(3, clip_id="clip-10"))), now=START)
        found = jobs.get_clip(JOB, "clip-1")
        assert found.clip.clip_id == "clip-1"
        assert [version.version_number for version in found.versions] == [10, 9, 2, 1]

    def test_a_hundred_clips(self, jobs: JobRepository) -> None:
        clips = [a_clip(f"clip-{index}") for index in range(100)]
        jobs.put_drafts(clips)
        jobs.commit(
            Change(a_job(), tuple(a_version(1, clip_id=clip.clip_id) for clip in clips[:98])), now=START
        )
        found = {entry.clip.clip_id: len(entry.versions) for entry in jobs.list_clips(JOB)}
        assert found == {clip.clip_id: 1 for clip in clips[:98]} | {"clip-98": 0, "clip-99": 0}

    def test_takes_are_the_current_versions_in_the_order_asked_for(self, jobs: JobRepository) -> None:
        clips = [a_clip(f"clip-{number}", current_version=number or None) for number in range(60)]
        jobs.put_drafts(clips)
        versions = [
            a_version(made, clip_id=f"clip-{number}")
            for number in (1, 2, 59)
            for made in range(1, number + 1)
        ]
        jobs.commit(Change(a_job(), tuple(versions)), now=START)
        found = jobs.list_takes(JOB, ["clip-59", "clip-0", "clip-2", "clip-1"])
        assert [entry.clip.clip_id for entry in found] == ["clip-59", "clip-0", "clip-2", "clip-1"]
        assert [entry.version and entry.version.version_number for entry in found] == [59, None, 2, 1]
        assert jobs.list_takes(JOB, []) == []
        assert jobs.read_clips(JOB, ["clip-2", "clip-0"]) == [found[2].clip, found[1].clip]
        assert jobs.read_clips(JOB, []) == []
        with pytest.raises(NotFoundError):
            jobs.list_takes(JOB, ["clip-1", "clip-60"])
        with pytest.raises(NotFoundError):
            jobs.read_clips(JOB, ["clip-1", "clip-60"])

    def test_active_versions_are_read_without_the_others(self, jobs: JobRepository) -> None:
        jobs.put_drafts((a_clip("clip-0", current_version=40, active_versions=(7, 39, 40)), a_clip("clip-1")))
        versions = [a_version(number, clip_id="clip-0") for number in range(1, 41)]
        older = [a_version(number, clip_id="clip-1") for number in (1, 2)]
        jobs.commit(Change(a_job(), (*versions, *older)), now=START)
        (found,) = jobs.list_active(JOB, ["clip-0"])
        assert found.clip == jobs.get_clip(JOB, "clip-0").clip
        assert [version.version_number for version in found.versions] == [40, 39, 7]
        assert found.versions[2] == jobs.get_clip(JOB, "clip-0").versions[-7]
        whole = [jobs.get_clip(JOB, "clip-1"), jobs.get_clip(JOB, "clip-0")]
        assert jobs.list_active(JOB, ["clip-1"]) == whole[:1], "an older record, which does not name them"
        assert jobs.list_active(JOB, ["clip-1", "clip-0"]) == [whole[0], found]
        assert jobs.list_active(JOB, []) == []
        with pytest.raises(NotFoundError):
            jobs.list_active(JOB, ["clip-0", "clip-2"])

    def test_many_older_clips_are_read_whole(self, jobs: JobRepository) -> None:
        clips = [a_clip(f"clip-{index}") for index in range(30)]
        named = a_clip("clip-30", active_versions=(2,), current_version=2)
        jobs.put_drafts((*clips, named))
        versions = [a_version(2, clip_id=clip.clip_id) for clip in (*clips, named)]
        jobs.commit(Change(a_job(), (a_version(1, clip_id="clip-30"), *versions)), now=START)
        found = jobs.list_active(JOB, [clip.clip_id for clip in (named, *clips)])
        assert [entry.clip.clip_id for entry in found] == ["clip-30", *(clip.clip_id for clip in clips)]
        assert {len(entry.versions) for entry in found} == {1}

    def test_a_clip_without_versions_has_none_active(self, jobs: JobRepository) -> None:
        jobs.put_drafts((a_clip(current_version=None, active_versions=()),))
        jobs.commit(Change(a_job()), now=START)
        assert [entry.versions for entry in jobs.list_active(JOB, ["clip-0"])] == [[]]

    def test_a_version_is_found_by_its_number(self, jobs: JobRepository) -> None:
        jobs.put_drafts((a_clip(),))
        jobs.commit(Change(a_job(), tuple(a_version(number) for number in (1, 2, 11))), now=START)
        whole = jobs.get_clip(JOB, "clip-0")
        assert jobs.get_take(JOB, "clip-0", 11) == ClipTake(whole.clip, whole.versions[0])
        assert jobs.get_take(JOB, "clip-0", 3) == ClipTake(whole.clip, None)
        assert jobs.get_take(JOB, "clip-0", None) == ClipTake(whole.clip, None)
        with pytest.raises(NotFoundError):
            jobs.get_take(JOB, "clip-1", 1)

    def test_many_regenerations_in_the_order_asked_for(self, jobs: JobRepository) -> None:
        drafts = [a_regeneration(index) for index in range(130)]
        jobs.put_drafts(drafts)
        wanted = [item.regeneration_id for item in reversed(drafts)]
        found = jobs.list_regenerations(JOB, [*wanted[:50], "gone", *wanted[50:]])
        assert [item.regeneration_id for item in found] == wanted
        assert jobs.list_regenerations(JOB, []) == []


class TestEvents:
    def test_events_are_numbered_in_order(self, jobs: JobRepository) -> None:
        drafts = (
            BatchStarted(batch_id="batch-1", clip_indexes=(0, 2), waiting_behind=0),
            JobReady(clips=3),
        )
        job = jobs.commit(Change(a_job(), events=drafts), now=START)
        jobs.commit(Change(job, events=drafts[:1]), now=START)
        events = jobs.list_events(JOB, after=0, limit=10)
        assert [(event.seq, event.name) for event in events] == [
            (1, "batch_started"),
            (2, "job_ready"),
            (3, "batch_started"),
        ]
        assert events[0].data == {"batch_id": "batch-1", "clip_indexes": [0, 2], "waiting_behind": 0}
        assert events[0].created_at == START

    def test_events_are_read_from_where_the_reader_is(self, jobs: JobRepository) -> None:
        drafts = tuple(BatchComplete(batch_id=str(number)) for number in range(12))
        jobs.commit(Change(a_job(), events=drafts), now=START)
        assert [event.seq for event in jobs.list_events(JOB, after=8, limit=3)] == [9, 10, 11]
        assert jobs.list_events(JOB, after=12, limit=3) == []

    def test_two_writers_leave_no_gap(self, jobs: JobRepository) -> None:
        jobs.commit(Change(a_job()), now=START)

        def write(name: str) -> None:
            event = BatchComplete(batch_id=name)
            for _ in range(8):
                change_job(
                    JOB,
                    lambda job: (Change(job, events=(event,)), None),
                    a_context(jobs=jobs, clock=FixedClock()),
                )

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(write, ["one", "other"]))
        events = jobs.list_events(JOB, after=0, limit=100)
        assert [event.seq for event in events] == list(range(1, 17))
        assert [event.data["batch_id"] for event in events].count("one") == 8
        assert jobs.get_job(JOB).event_seq == 16


class TestLists:
    def test_jobs_of_a_person_newest_first_page_by_page(self, jobs: JobRepository) -> None:
        for number in range(7):
            at = START + timedelta(minutes=number)
            jobs.commit(Change(a_job(job_id=f"job-{number}", created_at=at)), now=at)
        jobs.commit(Change(a_job(job_id="hers", user_id="another-user")), now=START)
        seen: list[str] = []
        cursor = None
        for _ in range(5):
            page = jobs.list_jobs(USER, limit=3, cursor=cursor)
            assert len(page.items) <= 3
            seen += [job.job_id for job in page.items]
            cursor = page.cursor
            if cursor is None:
                break
        assert seen == [f"job-{number}" for number in (6, 5, 4, 3, 2, 1, 0)]

    def test_batches_newest_first(self, jobs: JobRepository) -> None:
        batches = tuple(a_batch(f"batch-{number}", queue_number=number) for number in (1, 2, 9, 10, 11))
        jobs.commit(Change(a_job(), batches), now=START)
        first = jobs.list_batches(JOB, limit=3, cursor=None)
        rest = jobs.list_batches(JOB, limit=3, cursor=first.cursor)
        assert [batch.queue_number for batch in (*first.items, *rest.items)] == [11, 10, 9, 2, 1]
        assert jobs.list_batches("another", limit=3, cursor=None).items == []

    @pytest.mark.parametrize(
        "cursor",
        [
            "",
            "nonsense",
            "äöü",
            base64.urlsafe_b64encode(b"[]").decode(),
            base64.urlsafe_b64encode(b"7").decode(),
            base64.urlsafe_b64encode(b'{"GSI1PK": {"S": "JOB#job-1"}}').decode(),
            base64.urlsafe_b64encode(b"[" * 100_000).decode(),
            *(
                base64.urlsafe_b64encode(
                    json.dumps(
                        {
                            **{name: {"S": strange} for name in ("PK", "SK")},
                            "GSI1PK": {"S": "JOB#job-1"},
                            "GSI1SK": {"S": "BATCH#000001"},
                        }
                    ).encode()
                ).decode()
                for strange in ("", "x" * 3000, "\ud800")
            ),
            base64.urlsafe_b64encode(
                json.dumps({name: {"S": "JOB#job-1"} for name in ("PK", "SK", "GSI1PK", "GSI1SK")}).encode()
            ).decode(),
        ],
    )
    def test_a_cursor_that_no_list_gave_is_refused(self, jobs: JobRepository, cursor: str) -> None:
        with pytest.raises(InvalidRequestError):
            jobs.list_batches(JOB, limit=3, cursor=cursor)

    def test_a_cursor_of_another_list_is_refused(self, jobs: JobRepository) -> None:
        for number in range(3):
            jobs.commit(Change(a_job(job_id=f"job-{number}"), (a_batch(job_id=f"job-{number}"),)), now=START)
        cursor = jobs.list_jobs(USER, limit=2, cursor=None).cursor
        assert cursor is not None
        with pytest.raises(InvalidRequestError):
            jobs.list_jobs("another-user", limit=2, cursor=cursor)
        with pytest.raises(InvalidRequestError):
            jobs.list_batches(JOB, limit=2, cursor=cursor)


class TestDueWork:
    def test_a_batch_is_due_while_it_holds_a_lease(self, jobs: JobRepository) -> None:
        lease = START + timedelta(minutes=15)
        job = jobs.commit(Change(a_job(), (a_batch(lease_until=lease),)), now=START)
        assert due(jobs, DueKind.BATCH) == [DueWork(DueKind.BATCH, JOB, "batch-1", None, lease)]
        assert jobs.list_due(DueKind.BATCH, before=START, limit=10) == []
        assert len(jobs.list_due(DueKind.BATCH, before=lease, limit=10)) == 1
        jobs.commit(Change(job, (a_batch(status=BatchStatus.SUCCEEDED),)), now=START)
        assert due(jobs, DueKind.BATCH) == []

    def test_a_version_is_due_while_it_is_being_archived(self, jobs: JobRepository) -> None:
        at = START + timedelta(minutes=5)
        going = a_version(12, state=VersionState.ARCHIVING, archive_due_at=at)
        job = jobs.commit(Change(a_job(), (going,)), now=START)
        assert due(jobs, DueKind.ARCHIVE) == [DueWork(DueKind.ARCHIVE, JOB, "12", "clip-0", at)]
        jobs.commit(
            Change(job, (replace(going, state=VersionState.ARCHIVED, archive_due_at=None),)), now=START
        )
        assert due(jobs, DueKind.ARCHIVE) == []

    def test_an_old_take_is_listed_by_when_it_stopped_being_current(self, jobs: JobRepository) -> None:
        take = a_version(2, superseded_at=START)
        job = jobs.commit(Change(a_job(), (take, a_version(3))), now=START)
        assert due(jobs, DueKind.SUPERSEDED) == [DueWork(DueKind.SUPERSEDED, JOB, "2", "clip-0", START)]
        take = replace(take, state=VersionState.ARCHIVED, archived=an_archived_take("clip-0", 2))
        job = jobs.commit(Change(job, (take,)), now=START)
        assert due(jobs, DueKind.SUPERSEDED) == []
        assert due(jobs, DueKind.ARCHIVED) == [DueWork(DueKind.ARCHIVED, JOB, "2", "clip-0", START)]
        jobs.commit(Change(job, (replace(take, state=VersionState.DELETED),)), now=START)
        assert due(jobs, DueKind.ARCHIVED) == []

    def test_a_take_on_its_way_back_is_due_when_a_user_should_look(self, jobs: JobRepository) -> None:
        at = START + timedelta(minutes=5)
        take = a_version(2, state=VersionState.RESTORING, returning=RestoreRequest(START, 3, at))
        jobs.commit(Change(a_job(), (take,)), now=START)
        assert due(jobs, DueKind.RESTORE) == [DueWork(DueKind.RESTORE, JOB, "2", "clip-0", at)]

    def test_old_takes_of_many_jobs_come_in_one_order_however_the_list_is_cut(
        self, jobs: JobRepository
    ) -> None:
        for number in range(12):
            at = START + timedelta(seconds=number % 4)
            take = a_version(1, job_id=f"job-{number}", superseded_at=at)
            jobs.commit(Change(a_job(job_id=f"job-{number}"), (take,)), now=START)
        whole = due(jobs, DueKind.SUPERSEDED)
        assert [entry.due_at for entry in whole] == sorted(entry.due_at for entry in whole)
        assert len({entry.job_id for entry in whole}) == 12
        parts: list[DueWork] = []
        while part := jobs.list_due(
            DueKind.SUPERSEDED, before=LATER, limit=5, after=parts[-1].position if parts else ""
        ):
            parts.extend(part)
        assert parts == whole

    def test_a_deletion_is_due_until_it_is_struck(self, jobs: JobRepository) -> None:
        entry = a_deletion()
        jobs.put_drafts((entry,))
        assert due(jobs, DueKind.DELETION) == [
            DueWork(DueKind.DELETION, JOB, "deletion-1", None, entry.due_at)
        ]
        jobs.remove_deletion(entry)
        assert due(jobs, DueKind.DELETION) == []

    def test_a_video_is_due_while_it_is_stale_and_no_one_works_on_it(self, jobs: JobRepository) -> None:
        job = jobs.commit(Change(a_job(timeline_revision=2)), now=START)
        assert due(jobs, DueKind.COMPOSITION) == [
            DueWork(DueKind.COMPOSITION, JOB, JOB, None, START + COMPOSE_GRACE)
        ]
        job = jobs.commit(Change(replace(job, active_batch_id="batch-1")), now=START)
        assert due(jobs, DueKind.COMPOSITION) == []
        shown = Composition("f", "v", "p", 30, 1000, 10, 2)
        jobs.commit(Change(replace(job, active_batch_id=None, composition=shown)), now=START)
        assert due(jobs, DueKind.COMPOSITION) == []

    def test_a_job_is_due_while_it_is_prepared_or_going(self, jobs: JobRepository) -> None:
        lease = START + timedelta(minutes=15)
        job = jobs.commit(Change(a_job(status=JobStatus.PREPARING, lease_until=lease)), now=START)
        assert due(jobs, DueKind.PREPARATION) == [DueWork(DueKind.PREPARATION, JOB, JOB, None, lease)]
        jobs.commit(Change(replace(job, status=JobStatus.DELETING, lease_until=START)), now=START)
        assert due(jobs, DueKind.PREPARATION) == []
        assert due(jobs, DueKind.PURGE) == [DueWork(DueKind.PURGE, JOB, JOB, None, START)]

    def test_the_oldest_come_first_and_no_more_than_asked_for(self, jobs: JobRepository) -> None:
        entries = [
            a_deletion(f"deletion-{number}", due_at=START + timedelta(seconds=number)) for number in (3, 1, 2)
        ]
        jobs.put_drafts(entries)
        found = jobs.list_due(DueKind.DELETION, before=LATER, limit=2)
        assert [entry.record_id for entry in found] == ["deletion-1", "deletion-2"]


class TestPurge:
    def test_everything_of_the_job_goes_but_its_ledger(self, jobs: JobRepository) -> None:
        clips = [a_clip(f"clip-{index}") for index in range(30)]
        jobs.put_drafts((*clips, a_regeneration(), a_deletion()))
        versions = tuple(a_version(1, clip_id=clip.clip_id) for clip in clips)
        events = (JobReady(clips=3),)
        jobs.commit(Change(a_job(), (*versions, a_batch(lease_until=START)), events=events), now=START)
        jobs.commit(Change(a_job(job_id="another")), now=START)
        jobs.purge(JOB)
        with pytest.raises(NotFoundError):
            jobs.get_job(JOB)
        assert jobs.list_clips(JOB) == []
        assert jobs.list_events(JOB, after=0, limit=10) == []
        assert jobs.list_regenerations(JOB, ["regeneration-0"]) == []
        assert jobs.list_batches(JOB, limit=10, cursor=None).items == []
        assert due(jobs, DueKind.BATCH) == []
        assert [entry.record_id for entry in due(jobs, DueKind.DELETION)] == ["deletion-1"]
        assert [job.job_id for job in jobs.list_jobs(USER, limit=10, cursor=None).items] == ["another"]

    def test_purging_twice_is_no_error(self, jobs: JobRepository) -> None:
        jobs.purge("unknown")


class TestLooks:
    def stored(self, jobs: JobRepository, **fields: Any) -> Regeneration:
        jobs.commit(Change(a_job(), (a_regeneration(**fields),)), now=START)
        return jobs.get_regeneration(JOB, "regeneration-0")

    def test_a_look_writes_the_progress_and_no_revision(self, jobs: JobRepository) -> None:
        before = self.stored(jobs, status=RegenerationStatus.GENERATING, poll_seq=3)
        jobs.note_look(JOB, "regeneration-0", poll_seq=4, progress=40)
        after = replace(before, poll_seq=4, progress=40)
        assert (jobs.get_regeneration(JOB, "regeneration-0"), jobs.get_job(JOB).revision) == (after, 1)

    @pytest.mark.parametrize("status", [RegenerationStatus.IN_DOUBT, RegenerationStatus.SUCCEEDED])
    def test_only_of_what_is_being_generated(self, jobs: JobRepository, status: RegenerationStatus) -> None:
        before = self.stored(jobs, status=status, poll_seq=3)
        jobs.note_look(JOB, "regeneration-0", poll_seq=4, progress=40)
        assert jobs.get_regeneration(JOB, "regeneration-0") == before

    def test_a_look_that_was_seen_changes_nothing(self, jobs: JobRepository) -> None:
        before = self.stored(jobs, status=RegenerationStatus.GENERATING, poll_seq=4, progress=50)
        for seen in (3, 4):
            jobs.note_look(JOB, "regeneration-0", poll_seq=seen, progress=40)
        assert jobs.get_regeneration(JOB, "regeneration-0") == before

    def test_what_is_gone_stays_gone(self, jobs: JobRepository) -> None:
        jobs.commit(Change(a_job()), now=START)
        jobs.note_look(JOB, "regeneration-0", poll_seq=1, progress=40)
        with pytest.raises(NotFoundError):
            jobs.get_regeneration(JOB, "regeneration-0")
