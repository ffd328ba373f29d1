"""Old takes go to the archive and are deleted, by the index, in runs that can die anywhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from retake.domain.changes import Change
from retake.domain.errors import StorageUnavailableError
from retake.domain.limits import Limits
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.domain.retention import RetentionReason
from retake.domain.retention_policy import ArchiveWhen
from retake.domain.statuses import EventName, VersionState
from retake.services.commits import change_job
from retake.services.jobs.delete_job import delete_job
from retake.services.retention.sweep_report import SweepReport
from retake.services.retention.sweep_versions import PAGE, PER_COMMIT, sweep_versions
from retake.services.upkeep.purge import purge
from retake.services.upkeep.reconcile import reconcile
from tests.builders import JOB, a_version, store_ready_job
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always, check_objects
from tests.unit.services.service_user import ServiceUser


def sweep(world: World, **asked: Any) -> SweepReport:
    asked = {"until": world.clock.now() + timedelta(minutes=4)} | asked
    return sweep_versions(world.ctx, **asked)


def store_old_takes(world: World, *ages: float, job_id: str = JOB) -> list[Version]:
    """Store a job whose clip 0 has one more take an age in days; the youngest number is current."""
    job = store_ready_job(world.jobs, world.objects, job_id=job_id)
    (entry,) = (item for item in world.jobs.list_clips(job_id) if item.clip.clip_id == "clip-0")
    last = len(ages) + 1
    old = [
        replace(version, superseded_at=world.clock.now() - timedelta(days=age))
        for version, age in zip(
            (entry.versions[0], *(a_version(n, job_id=job_id) for n in range(2, last))), ages, strict=False
        )
    ]
    takes = [*old, a_version(last, job_id=job_id)]
    for take in takes:
        for key in take.objects.keys:
            world.objects.write(key, b"x" * 100, content_type="application/octet-stream")
    clip = replace(entry.clip, current_version=last, next_version_number=last + 1)
    # One commit a take: more than a transaction holds are stored here.
    for number, take in enumerate(takes):
        puts = (take, clip) if number == 0 else (take,)
        job = world.jobs.commit(Change(job, puts), now=world.clock.now())
    return old


def states(world: World, job_id: str = JOB) -> dict[int, str]:
    found = world.jobs.get_clip(job_id, "clip-0").versions
    return {version.version_number: version.state.value for version in found}


def events(world: World) -> list[str]:
    return [event.name for event in world.jobs.list_events(JOB, after=0, limit=1000)]


def check(world: World) -> None:
    jobs = world.jobs.all_jobs()
    check_objects(world.jobs, world.objects, [job.job_id for job in jobs], world.jobs.all_deletions())


class TestByAge:
    def test_from_the_first_week_to_the_tombstone(
        self, world: World, stack: Stack, person: ServiceUser, job: Job
    ) -> None:
        person.regenerate(0)
        stack.run()
        first = person.versions(0)[-1]
        assert sweep(world) == SweepReport()

        world.clock.advance(days=7)
        report = sweep(world)
        assert (report.archived, report.deleted, report.has_more) == (1, 0, False)
        stack.settle()
        assert states(world) == {2: "active", 1: "archived"}
        assert sweep(world).changed == 0

        world.clock.advance(days=23)
        report = sweep(world)
        assert (report.archived, report.deleted) == (0, 1)
        stone = person.versions(0)[-1]
        assert (stone.state, stone.deleted_at) == (VersionState.DELETED, world.clock.now())
        assert (stone.cost, stone.prompt, stone.created_at) == (first.cost, first.prompt, first.created_at)
        reported = world.jobs.list_events(JOB, after=0, limit=1000)[-1]
        assert reported.name == EventName.VERSION_DELETED
        assert reported.data == {
            "clip_index": 0,
            "clip_title": None,
            "version_id": first.version_id,
            "version_number": 1,
            "reason": RetentionReason.OLD_ENOUGH_TO_GO,
        }
        assert sweep(world).changed == 0
        check_always(world.jobs.get_job(JOB), world.jobs, world.objects)

        world.clock.advance(hours=3)
        purge(world.ctx)
        assert not world.objects.list_objects("archive/")
        check(world)
        assert world.jobs.get_job(JOB).job_id == job.job_id

    def test_an_active_take_that_was_never_archived_is_deleted_all_the_same(self, world: World) -> None:
        (old,) = store_old_takes(world, 31)
        report = sweep(world)
        assert (report.archived, report.deleted) == (0, 1)
        assert states(world) == {1: "deleted", 2: "active"}
        (ledger,) = world.jobs.all_deletions()
        assert set(ledger.keys) == set(old.objects.keys)

    def test_what_does_not_pay_stays(self, world: World) -> None:
        world.limits = Limits(archive_when=ArchiveWhen.IF_CHEAPER)
        store_old_takes(world, 8)
        report = sweep_versions(world.ctx, until=world.clock.now() + timedelta(minutes=1))
        assert report.skipped == {RetentionReason.DOES_NOT_PAY: 1}
        assert states(world) == {1: "active", 2: "active"}

    def test_more_of_a_clip_than_one_commit_holds(self, world: World) -> None:
        store_old_takes(world, *[40.0] * (PER_COMMIT + 5))
        report = sweep(world)
        assert report.deleted == PER_COMMIT + 5
        assert events(world).count("version_deleted") == PER_COMMIT + 5
        assert sweep(world).changed == 0

    def test_a_clip_is_read_once_however_many_entries_it_has(self, world: World) -> None:
        store_old_takes(world, 40, 39, 9, 8)
        report = sweep(world)
        assert (report.entries_read, report.clips_read) == (4, 1)
        assert (report.archived, report.deleted) == (2, 2)


class TestAtTheSameTime:
    def test_a_take_that_is_restored_at_this_moment_stays(self, world: World, person: ServiceUser) -> None:
        store_old_takes(world, 8)

        def restored_first() -> None:
            world.jobs.before_commit = lambda: None
            person.restore(0, 1)

        world.jobs.before_commit = restored_first
        report = sweep(world)
        assert report.changed == 0
        assert person.current(0) == 1
        assert states(world) == {1: "active", 2: "active"}

    def test_one_that_is_being_brought_back_stays(self, world: World) -> None:
        (old,) = store_old_takes(world, 40)

        def returning(job: Job) -> tuple[Change, None]:
            back = replace(old, state=VersionState.RESTORING, counted=old.stored)
            return Change(job, (back,)), None

        def asked_back_first() -> None:
            world.jobs.before_commit = lambda: None
            change_job(JOB, returning, world.ctx)

        world.jobs.before_commit = asked_back_first
        report = sweep(world)
        assert (report.changed, report.skipped) == (0, {RetentionReason.IS_COMING_BACK: 1})

    def test_a_job_that_is_being_deleted_is_left_to_the_purge(self, world: World) -> None:
        store_old_takes(world, 40)
        delete_job(JOB, world.ctx)
        assert sweep(world).changed == 0
        world.jobs.purge(JOB)
        assert sweep(world) == SweepReport()


class TestRuns:
    def test_a_dry_run_writes_nothing_and_names_what_it_would_do(self, world: World) -> None:
        store_old_takes(world, 40, 8)
        before = world.jobs.get_job(JOB)
        report = sweep(world, dry_run=True)
        assert (report.archived, report.deleted, report.is_dry) == (1, 1, True)
        assert report.planned == [
            f"delete job {JOB} clip clip-0 version 1: it is old enough to be deleted",
            f"archive job {JOB} clip clip-0 version 2: it is old enough for the archive",
        ]
        assert world.jobs.get_job(JOB) == before
        assert (world.queue.messages, world.table.items_under("SWEEP#")) == ([], [])

    def test_what_is_too_much_for_a_run_is_gone_on_with(self, world: World) -> None:
        for number in range(5):
            store_old_takes(world, 40, job_id=f"job-{number}")
        first = sweep(world, at_most=2)
        assert (first.deleted, first.has_more) == (2, True)
        second = sweep(world, at_most=2, resume=True)
        assert (second.deleted, second.has_more) == (2, True)
        third = sweep(world, at_most=2, resume=True)
        assert (third.deleted, third.has_more) == (1, False)
        assert third.entries_read == 1, "what was done was read again"
        assert sweep(world, resume=True) == SweepReport()
        assert not world.table.items_under("SWEEP#")

    def test_takes_that_stay_do_not_keep_those_behind_them_waiting(self, world: World) -> None:
        for number in range(PAGE + 5):
            store_old_takes(world, 40, job_id=f"job-{number:03}")
        spoil(world, lambda job_id: int(job_id[4:]) < PAGE)
        report = sweep(world)
        assert (report.deleted, len(report.errors), report.has_more) == (5, PAGE, False)

    def test_a_run_stops_in_time(self, world: World) -> None:
        store_old_takes(world, 40)
        report = sweep(world, until=world.clock.now())
        assert (report.changed, report.has_more) == (0, True)
        assert sweep(world, resume=True).deleted == 1

    def test_one_broken_job_does_not_keep_the_others_waiting(self, world: World) -> None:
        for number in range(3):
            store_old_takes(world, 40, job_id=f"job-{number}")
        spoil(world, lambda job_id: job_id == "job-1")
        report = sweep(world)
        assert (report.deleted, report.has_more) == (2, False)
        (error,) = report.errors
        assert "job-1" in error

    def test_a_lost_message_is_sent_again(self, world: World, stack: Stack) -> None:
        store_old_takes(world, 8)
        sweep(world)
        world.queue.messages.clear()
        world.clock.advance(hours=3)
        stack.carry_out(partial(reconcile, world.ctx))
        assert [message.queue for message in world.queue.messages] == ["archive"]

    @pytest.mark.parametrize("after", [True, False])
    @pytest.mark.parametrize("calls", range(16))
    def test_killed_anywhere(
        self,
        world: World,
        calls: int,
        after: bool,  # noqa: FBT001 - both ways
    ) -> None:
        store_old_takes(world, 40, 8)
        store_old_takes(world, 8, job_id="job-2")
        world.saboteur.order(calls, after=after)
        try:
            sweep(world)
        except Killed:
            check(world)
            sweep(world, resume=True)
            sweep(world)
        world.saboteur.stand_down()
        check(world)
        assert states(world) == {1: "deleted", 2: "archiving", 3: "active"}
        assert states(world, "job-2") == {1: "archiving", 2: "active"}
        assert events(world).count("version_deleted") == 1
        assert not world.table.items_under("SWEEP#")


def spoil(world: World, is_broken: Callable[[str], bool]) -> None:
    """Let reading some jobs' clips fail."""
    read = world.jobs.get_clip

    def get_clip(job_id: str, clip_id: str) -> Any:
        if is_broken(job_id):
            raise StorageUnavailableError("This one cannot be read.")
        return read(job_id, clip_id)

    world.jobs.__dict__["get_clip"] = get_clip
