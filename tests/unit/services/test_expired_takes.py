"""S3's lifecycle removes an archived object by itself, and its record hears of it."""

from dataclasses import replace

import pytest

from retake.domain.changes import Change
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.domain.statuses import JobStatus, VersionState
from retake.services.commits import change_job
from retake.services.jobs.delete_job import delete_job
from retake.services.retention.tombstones import EXPIRED, tombstone_version
from tests.builders import JOB
from tests.fakes.world import World
from tests.unit.services.orphans import archived, check, purge_later
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")


class TestExpiry:
    """S3's lifecycle removed an archived object by itself."""

    def expire(self, world: World, key: str) -> bool:
        world.objects.delete(key)
        return tombstone_version(key, world.ctx)

    def test_its_record_becomes_a_tombstone(
        self, world: World, old_take: Version, person: ServiceUser
    ) -> None:
        take = archived(world, old_take)
        assert self.expire(world, take.thumbnail_key)
        stone = person.versions(0)[-1]
        assert (stone.state, stone.deleted_at) == (VersionState.DELETED, world.clock.now())
        reported = world.jobs.list_events(JOB, after=0, limit=100)[-1]
        assert (reported.name, reported.data["reason"]) == ("version_deleted", EXPIRED)
        purge_later(world)
        assert not world.objects.list_objects("archive/")
        check(world)

    def test_every_other_event_about_it_changes_nothing(self, world: World, old_take: Version) -> None:
        take = archived(world, old_take)
        assert self.expire(world, take.video_key)
        before = world.jobs.get_job(JOB)
        assert not self.expire(world, take.video_key)
        assert not self.expire(world, take.thumbnail_key)
        assert world.jobs.get_job(JOB) == before

    @pytest.mark.parametrize(
        "key",
        [
            f"archive/{JOB}/clip-0/other/take.mp4",
            f"archive/{JOB}/nothing/x/take.mp4",
            "archive/unknown/clip/x/take.mp4",
            "archive/short",
            f"clips/{JOB}/clip-0/1/take.mp4",
            "",
        ],
    )
    def test_a_key_that_no_one_knows(self, world: World, key: str) -> None:
        before = world.jobs.get_job(JOB)
        assert not tombstone_version(key, world.ctx)
        assert world.jobs.get_job(JOB) == before

    def test_a_take_that_is_being_brought_back_is_left_to_who_does_that(
        self, world: World, old_take: Version, person: ServiceUser
    ) -> None:
        take = archived(world, old_take)

        def returning(job: Job) -> tuple[Change, None]:
            return Change(job, (replace(person.versions(0)[-1], state=VersionState.RESTORING),)), None

        change_job(JOB, returning, world.ctx)
        assert not self.expire(world, take.video_key)

    def test_a_job_that_is_being_deleted(self, world: World, old_take: Version) -> None:
        take = archived(world, old_take)
        delete_job(JOB, world.ctx)
        assert not self.expire(world, take.video_key)
        assert world.jobs.get_job(JOB).status is JobStatus.DELETING
