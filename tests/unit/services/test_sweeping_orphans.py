"""What crashes leave behind is found and removed; what people have is never touched."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from retake.domain.changes import Change
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.takes import Version
from retake.domain.statuses import VersionState
from retake.services.commits import change_job
from retake.services.jobs.delete_job import delete_job
from retake.services.retention.examine_job import ROUNDS
from retake.services.retention.sweep_report import OrphanReport
from tests.builders import JOB, a_clip, a_deletion, a_version, store_ready_job
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.unit.services.orphans import archived, check, purge_later, sweep
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")

LOOSE = f"clips/{JOB}/clip-0/lost/take.mp4"


def leave(world: World, *keys: str, hours: float = 25) -> None:
    """Leave objects behind, and let time pass."""
    for key in keys:
        world.objects.write(key, b"12345", content_type="video/mp4")
    world.clock.advance(hours=hours)


def quiet(report: OrphanReport) -> OrphanReport:
    """Return what a report says besides how much was looked at."""
    return replace(report, records_read=0, jobs_examined=0)


class TestObjects:
    def test_a_job_as_it_should_be(self, world: World, old_take: Version) -> None:
        world.clock.advance(days=2)
        report = sweep(world)
        assert quiet(report) == OrphanReport()
        assert (report.jobs_examined, report.has_more) == (1, False)
        assert report.records_read > 4
        assert old_take.state is VersionState.ACTIVE

    def test_one_that_no_one_names_goes_through_the_ledger(self, world: World) -> None:
        leave(world, LOOSE)
        report = sweep(world)
        assert (report.objects_given_up, report.bytes_given_up) == (1, 5)
        assert world.objects.find(LOOSE), "gone before the ledger's grace"
        assert quiet(sweep(world)) == OrphanReport(), "removed twice"
        purge_later(world)
        assert world.objects.find(LOOSE) is None
        check(world)

    def test_a_young_one_is_left_alone(self, world: World) -> None:
        leave(world, LOOSE, hours=23)
        assert quiet(sweep(world)) == OrphanReport()

    def test_one_that_the_ledger_knows_is_left_to_it(self, world: World) -> None:
        leave(world, LOOSE)
        world.jobs.put_drafts((a_deletion(keys=(LOOSE,), due_at=world.clock.now() + timedelta(days=9)),))
        assert quiet(sweep(world)) == OrphanReport()

    @pytest.mark.parametrize("prefix", ["clips", "archive", "compositions"])
    def test_one_of_a_job_that_does_not_exist(self, world: World, prefix: str) -> None:
        key = f"{prefix}/unknown/x/take.mp4"
        leave(world, key, hours=23)
        assert sweep(world).objects_given_up == 0
        world.clock.advance(hours=2)
        assert sweep(world).objects_given_up == 1
        assert sweep(world).objects_given_up == 0
        purge_later(world)
        assert world.objects.find(key) is None

    def test_a_version_that_lands_between_listing_and_deciding_is_no_ones_orphan(
        self, world: World, stack: Stack, person: ServiceUser
    ) -> None:
        """Its objects are as old as can be: the grace alone would not save them."""
        landed: list[int] = []
        listing = world.objects.list_objects

        def list_then_land(prefix: str) -> Any:
            found = listing(prefix)
            if prefix.startswith("archive/") and not landed:
                landed.append(1)
                person.regenerate(0)
                stack.run()
                world.clock.advance(hours=30)
            return found

        world.objects.__dict__["list_objects"] = list_then_land
        report = sweep(world)
        assert landed
        assert (report.objects_given_up, report.objects_missing, report.drifted) == (0, 0, 0)
        assert person.current(0) == 2
        purge_later(world)
        check(world)

    def test_objects_that_are_being_written_are_no_ones_orphans(
        self, world: World, person: ServiceUser
    ) -> None:
        """What is uploaded and not committed yet is younger than the grace; then it lands."""
        keys = a_version(2).objects.keys
        leave(world, *keys, hours=0.2)
        assert sweep(world).objects_given_up == 0

        def land(job: Job) -> tuple[Change, None]:
            return Change(job, (replace(a_version(2), superseded_at=world.clock.now()),)), None

        change_job(JOB, land, world.ctx)
        world.clock.advance(days=3)
        assert sweep(world).objects_given_up == 0
        assert len(person.versions(0)) == 2

    def test_a_job_that_keeps_changing_is_looked_at_another_day(self, world: World) -> None:
        leave(world, LOOSE)
        listing = world.objects.list_objects
        rounds = []

        def list_then_change(prefix: str) -> Any:
            if prefix.startswith("clips/"):
                rounds.append(1)
                change_job(JOB, lambda job: (Change(job), None), world.ctx)
            return listing(prefix)

        world.objects.__dict__["list_objects"] = list_then_change
        report = sweep(world)
        assert (report.jobs_passed_over, report.objects_given_up, len(rounds)) == (1, 0, ROUNDS)

    def test_a_job_that_is_being_deleted_is_left_to_the_purge(self, world: World) -> None:
        leave(world, LOOSE)
        delete_job(JOB, world.ctx)
        assert quiet(sweep(world)) == OrphanReport(jobs_passed_over=1)


class TestRecords:
    def test_an_old_take_whose_video_is_gone(
        self, world: World, old_take: Version, person: ServiceUser
    ) -> None:
        world.objects.delete(old_take.objects.video_key)
        report = sweep(world)
        assert (report.objects_missing, report.current_missing, report.tombstoned) == (1, 0, 1)
        assert person.versions(0)[-1].state is VersionState.DELETED
        assert person.events()[-1] == "version_deleted"
        purge_later(world)
        assert world.objects.find(old_take.objects.audio_key) is None
        check(world)

    def test_an_archived_take_whose_video_is_gone(
        self, world: World, old_take: Version, person: ServiceUser
    ) -> None:
        take = archived(world, old_take)
        world.objects.delete(take.video_key)
        assert sweep(world).tombstoned == 1
        assert person.versions(0)[-1].state is VersionState.DELETED

    def test_an_old_take_that_can_still_be_watched_stays(
        self, world: World, old_take: Version, person: ServiceUser
    ) -> None:
        world.objects.delete(old_take.objects.thumbnail_key)
        report = sweep(world)
        assert (report.objects_missing, report.tombstoned) == (1, 0)
        assert report.found == [
            f"{old_take.objects.thumbnail_key} is missing: an old take, clip clip-0 version 1"
        ]
        assert person.versions(0)[-1].state is VersionState.ACTIVE

    def test_the_current_take_is_reported_and_never_touched(self, world: World, person: ServiceUser) -> None:
        (take,) = person.versions(0)
        for key in take.objects.keys:
            world.objects.delete(key)
        report = sweep(world, repair=True)
        assert (report.objects_missing, report.current_missing, report.tombstoned) == (3, 3, 0)
        assert person.versions(0) == [take]

    def test_a_take_that_becomes_current_at_this_moment_is_not_touched(
        self, world: World, old_take: Version, person: ServiceUser
    ) -> None:
        world.objects.delete(old_take.objects.video_key)

        def restored_first() -> None:
            world.jobs.before_commit = lambda: None
            person.restore(0, 1)

        world.jobs.before_commit = restored_first
        assert sweep(world).tombstoned == 0
        assert person.current(0) == 1

    def test_a_lost_composition_is_reported(self, world: World) -> None:
        made = world.jobs.get_job(JOB).composition
        assert made is not None
        world.objects.delete(made.video_key)
        report = sweep(world)
        assert (report.objects_missing, report.current_missing, report.tombstoned) == (1, 0, 0)
        assert report.found == [f"{made.video_key} is missing"]

    def test_drafts_of_a_job_that_was_never_made(self, world: World) -> None:
        drafts = [a_clip(f"clip-{number}", job_id="never-made") for number in range(3)]
        world.jobs.put_drafts(drafts)
        world.clock.advance(hours=23)
        assert sweep(world).records_removed == 0
        world.clock.advance(hours=2)
        assert sweep(world, dry_run=True).records_removed == 3
        assert clips_of(world, "never-made") == drafts
        assert sweep(world).records_removed == 3
        assert clips_of(world, "never-made") == []
        assert quiet(sweep(world)) == OrphanReport()

    def test_versions_whose_job_is_gone_go_with_their_objects(self, world: World) -> None:
        store_ready_job(world.jobs, world.objects, job_id="gone")
        delete_job("gone", world.ctx)
        world.jobs.lose_job("gone")
        world.clock.advance(hours=25)
        report = sweep(world)
        assert (report.records_removed, report.objects_given_up) == (6, 3 * 3 + 2)
        purge_later(world)
        assert not world.objects.list_objects("clips/gone/")
        assert not world.objects.list_objects("compositions/gone/")
        check(world)

    def test_a_ledger_without_a_job_is_carried_out_first(self, world: World) -> None:
        world.jobs.put_drafts((a_deletion(job_id="gone", due_at=world.clock.now() + timedelta(days=3)),))
        world.clock.advance(days=2)
        assert quiet(sweep(world)) == OrphanReport()
        assert world.inventory.list_deletions("gone")


def clips_of(world: World, job_id: str) -> list[Clip]:
    return [entry.clip for entry in world.jobs.list_clips(job_id)]


class TestRuns:
    def test_a_dry_run_writes_nothing(self, world: World, old_take: Version) -> None:
        world.objects.delete(old_take.objects.video_key)
        leave(world, LOOSE, "clips/unknown/x")
        before, ledger = world.jobs.get_job(JOB), list(world.jobs.all_deletions())
        report = sweep(world, dry_run=True)
        assert (report.objects_given_up, report.tombstoned, report.is_dry) == (2, 1, True)
        assert world.jobs.get_job(JOB) == before
        assert world.jobs.all_deletions() == ledger
        assert not world.table.items_under("SWEEP#")

    def test_what_is_too_much_for_a_run_is_gone_on_with(self, world: World) -> None:
        for number in range(40):
            store_ready_job(world.jobs, world.objects, job_id=f"more-{number}")
        leave(world, "clips/unknown/x")
        first = sweep(world, at_most=10)
        assert first.has_more
        runs = [first]
        while runs[-1].has_more:
            runs.append(sweep(world, at_most=10, resume=True))
        assert sum(run.jobs_examined for run in runs) == 41
        assert sum(run.objects_given_up for run in runs) == 1
        assert len(runs) > 2
        assert sweep(world, resume=True) == OrphanReport()

    def test_more_jobs_than_a_day_has_time_for_are_all_looked_at(self, world: World) -> None:
        for number in range(40):
            store_ready_job(world.jobs, world.objects, job_id=f"more-{number}")
        leave(world, "clips/unknown/x")
        days: list[OrphanReport] = []
        while not days or days[-1].has_more:
            days.append(sweep(world, at_most=10, go_on=True))
            assert len(days) < 20, "each day begins anew"
        assert sum(day.jobs_examined for day in days) == 41
        assert sweep(world, go_on=True).jobs_examined == 41, "the next sweep begins"

    def test_a_run_stops_in_time(self, world: World) -> None:
        leave(world, LOOSE)
        report = sweep(world, until=world.clock.now())
        assert (report.records_read, report.has_more) == (0, True)
        assert sweep(world, resume=True).objects_given_up == 1

    def test_one_broken_job_does_not_keep_the_others_waiting(self, world: World) -> None:
        store_ready_job(world.jobs, world.objects, job_id="other")
        leave(world, LOOSE)
        read = world.jobs.list_clips

        def list_clips(job_id: str) -> Any:
            if job_id == "other":
                raise TimeoutError("This one cannot be read.")
            return read(job_id)

        world.jobs.__dict__["list_clips"] = list_clips
        report = sweep(world)
        assert report.objects_given_up == 1
        assert ["other" in error for error in report.errors] == [True]

    @pytest.mark.parametrize("after", [True, False])
    @pytest.mark.parametrize("calls", range(0, 40, 3))
    def test_killed_anywhere(
        self,
        world: World,
        old_take: Version,
        person: ServiceUser,
        calls: int,
        after: bool,  # noqa: FBT001 - both ways
    ) -> None:
        world.objects.delete(old_take.objects.video_key)
        leave(world, LOOSE, "archive/unknown/x")
        world.saboteur.order(calls, after=after)
        try:
            sweep(world)
        except Killed:
            sweep(world, resume=True)
            sweep(world)
        world.saboteur.stand_down()
        purge_later(world)
        assert person.versions(0)[-1].state is VersionState.DELETED
        assert person.events().count("version_deleted") == 1
        check(world)
        assert not world.objects.list_objects("archive/")
        assert world.objects.find(LOOSE) is None
