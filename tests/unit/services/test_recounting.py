"""What is counted is held against the store every day, and corrected on request."""

from dataclasses import replace
from typing import Any

import pytest

from retake.domain.records.jobs import Job
from retake.domain.usage import StoredBytes
from tests.builders import JOB, USER
from tests.fakes.world import World
from tests.unit.services.orphans import sweep
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")


class TestCounters:
    def spoil(self, world: World, **fields: Any) -> Job:
        """Write the job's counters wrong, behind the back of every commit."""
        return world.jobs.overwrite_job(replace(world.jobs.get_job(JOB), **fields))

    def test_drift_is_reported_and_stays_without_leave(self, world: World) -> None:
        right = world.jobs.get_job(JOB)
        wrong = self.spoil(world, takes_stored=right.takes_stored + StoredBytes(active=7))
        report = sweep(world)
        assert (report.drifted, report.repaired) == (1, 0)
        assert report.found == [
            f"job {JOB} counts active {right.stored.active + 7} but {right.stored.active}"
        ]
        assert world.jobs.get_job(JOB) == wrong

    def test_drift_is_repaired(self, world: World) -> None:
        right = world.jobs.get_job(JOB)
        more = StoredBytes(active=7, archived=3)
        self.spoil(
            world, takes_stored=right.takes_stored + more, counted=right.counted + StoredBytes(active=2)
        )
        before = world.usage.get_stored(USER)
        report = sweep(world, repair=True)
        assert (report.drifted, report.repaired) == (1, 1)
        job = world.jobs.get_job(JOB)
        assert (job.stored, job.counted) == (right.stored, right.stored)
        after = world.usage.get_stored(USER)
        assert after - before == StoredBytes(active=-2), "the user's counters were not moved with the job's"
        assert sweep(world).drifted == 0

    def test_a_record_with_another_size_than_its_objects(self, world: World, person: ServiceUser) -> None:
        (take,) = person.versions(0)
        world.objects.write(take.objects.video_key, b"much longer than before" * 9, content_type="video/mp4")
        listed = sum(info.size_bytes for info in world.objects.list_objects(f"clips/{JOB}/clip-0/"))
        assert sweep(world, repair=True).repaired == 1
        (corrected,) = person.versions(0)
        assert corrected.objects.size_bytes == listed
        assert corrected.counted == corrected.stored
        assert sweep(world).drifted == 0

    def test_a_dry_run_repairs_nothing(self, world: World) -> None:
        wrong = self.spoil(world, takes_stored=StoredBytes(active=1))
        assert sweep(world, repair=True, dry_run=True).drifted == 1
        assert world.jobs.get_job(JOB) == wrong
