"""One byte flipped in the store: which take it is is said by name, and the rest goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from retake.domain.changes import Change
from retake.domain.errors import ConflictError, TakeDamagedError
from retake.domain.records.takes import Version
from retake.domain.retention import RetentionReason
from retake.domain.statuses import BatchStatus, VersionState
from retake.services.retention.sweep_versions import sweep_versions
from retake.services.upkeep.purge import purge
from retake.services.versions.compare_versions import compare_versions
from retake.services.versions.recompose_video import recompose_video
from tests.builders import JOB
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_objects
from tests.unit.services.orphans import check, purge_later, sweep
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")


def events_named(world: World, name: str) -> list[dict[str, object]]:
    events = world.jobs.list_events(JOB, after=0, limit=1000)
    return [event.data for event in events if event.name == name]


def version(person: ServiceUser, number: int, clip: int = 0) -> Version:
    return next(item for item in person.versions(clip) if item.version_number == number)


def damage(world: World, take: Version) -> None:
    world.objects.damaged.add(take.objects.video_key)


def forget_compositions(world: World) -> None:
    """Let no composed video be there to be shown again."""
    for info in world.objects.list_objects("compositions/"):
        world.objects.delete(info.key)


@pytest.fixture
def second(person: ServiceUser, stack: Stack, job: object) -> Version:  # noqa: ARG001 - stored first
    """Version 2 of clip 0, which it shows."""
    person.regenerate(0)
    stack.run()
    return version(person, 2)


class TestRestoring:
    @pytest.mark.usefixtures("second")
    def test_a_damaged_take_is_refused_by_name_and_nothing_changes(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        forget_compositions(world)
        damage(world, version(person, 1))
        with pytest.raises(ConflictError, match=r"Version 1 is damaged .* shows version 2 as before"):
            person.restore(0, 1)
        assert person.current(0) == 2
        assert world.jobs.get_job(JOB).is_composed
        (event,) = events_named(world, "version_damaged")
        assert (event["clip_index"], event["version_number"]) == (0, 1)
        assert "damaged" in str(events_named(world, "version_return_dropped")[0]["reason"])
        stack.settle()
        assert len(events_named(world, "version_damaged")) == 1

    def test_where_another_clips_take_is_damaged_the_choice_stands(
        self, world: World, person: ServiceUser, second: Version
    ) -> None:
        forget_compositions(world)
        damage(world, version(person, 1, clip=2))
        done = person.restore(0, 1)
        assert not done.composed
        assert person.current(0) == 1
        (event,) = events_named(world, "version_damaged")
        assert (event["clip_index"], event["version_number"]) == (2, 1)
        assert version(person, 1, clip=2).damaged_at is not None
        world.objects.damaged.clear()
        forget_compositions(world)
        assert person.restore(0, second.version_number).composed
        assert version(person, 1, clip=2).damaged_at is None, "it was read whole: the store was repaired"

    def test_a_damaged_copy_in_the_archive_stays_there(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        for key in ("one", "two", "three"):
            person.regenerate(0, key=key)
            stack.run()
        take = version(person, 1).archived
        assert take is not None
        world.objects.damaged.add(take.video_key)
        with pytest.raises(ConflictError, match="stays in the archive"):
            person.restore(0, 1)
        assert "damaged" in str(events_named(world, "version_return_dropped")[0]["reason"])


class TestComposing:
    def test_a_batch_says_which_take_is_in_its_way(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        damage(world, version(person, 1, clip=1))
        person.regenerate(0)
        stack.run()
        batch = person.batch()
        assert batch.status is BatchStatus.PARTIAL
        assert "Version 1 of clip 1 is damaged in the store" in (batch.recompose_error or "")
        assert person.current(0) == 2

    def test_the_error_names_the_clip_the_version_and_the_way_out(
        self, world: World, person: ServiceUser, second: Version
    ) -> None:
        forget_compositions(world)
        damage(world, second)
        job = world.jobs.get_job(JOB)
        world.jobs.commit(
            Change(replace(job, timeline_revision=job.timeline_revision + 1)), now=world.clock.now()
        )
        with pytest.raises(
            TakeDamagedError, match=r"Version 2 of “clip-0” \(clip 0\) .* Restore another version"
        ):
            recompose_video(JOB, world.ctx)
        assert person.current(0) == 2


class TestOtherWork:
    def test_a_comparison_names_it(self, world: World, person: ServiceUser, second: Version) -> None:
        damage(world, second)
        job = world.jobs.get_job(JOB)
        with pytest.raises(ConflictError, match=r"Version 2 of “clip-0” \(clip 0\) is damaged"):
            compare_versions(
                job, 0, world.ctx, left_id=version(person, 1).version_id, right_id=second.version_id
            )
        assert len(events_named(world, "version_damaged")) == 1

    def test_it_is_not_archived_and_does_not_take_the_place_of_others(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        damage(world, version(person, 1))
        for key in ("one", "two", "three", "four"):
            person.regenerate(0, key=key)
            stack.run()
        assert version(person, 1).state is VersionState.ACTIVE
        assert version(person, 1).damaged_at is not None
        assert [item.version_number for item in person.versions(0) if item.state is VersionState.ACTIVE] == [
            5,
            4,
            3,
            1,
        ]
        assert version(person, 2).state is VersionState.ARCHIVED
        world.clock.advance(days=8)
        found = sweep_versions(world.ctx, until=world.clock.now() + timedelta(minutes=4))
        assert found.skipped[RetentionReason.IS_DAMAGED] == 1
        assert len(events_named(world, "version_damaged")) == 1
        world.clock.advance(hours=3)
        purge(world.ctx)
        check_objects(world.jobs, world.objects, [JOB], world.jobs.all_deletions())


class TestVerifying:
    def test_takes_are_named_and_compositions_are_made_again(
        self, world: World, person: ServiceUser, stack: Stack, second: Version
    ) -> None:
        made = world.jobs.get_job(JOB).composition
        assert made is not None
        damage(world, second)
        world.objects.damaged.add(made.video_key)
        found = sweep(world, verify=True)
        assert (found.objects_damaged, found.remade) == (2, 1)
        assert found.objects_verified > 10
        assert any(
            f"{second.objects.video_key} is damaged: the current take, clip clip-0 version 2" in line
            for line in found.found
        )
        assert [event["version_number"] for event in events_named(world, "version_damaged")] == [2]
        assert not world.jobs.get_job(JOB).is_composed
        person.restore(0, 1)
        stack.settle()
        assert world.jobs.get_job(JOB).is_composed
        purge_later(world)
        assert world.objects.find(made.video_key) is None
        check(world)

    def test_a_dry_run_says_so_and_changes_nothing(self, world: World, second: Version) -> None:
        damage(world, second)
        found = sweep(world, verify=True, dry_run=True)
        assert (found.objects_damaged, found.remade) == (1, 0)
        assert events_named(world, "version_damaged") == []

    def test_what_cannot_be_read_now_is_left_out(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        for key in ("one", "two", "three"):
            person.regenerate(0, key=key)
            stack.run()
        take = version(person, 1).archived
        assert take is not None
        for key in take.keys:
            world.objects.cold[key] = timedelta(hours=5)
        assert sweep(world, verify=True).objects_damaged == 0

    def test_nothing_is_read_without_being_asked(self, world: World, second: Version) -> None:
        damage(world, second)
        found = sweep(world)
        assert (found.objects_verified, found.objects_damaged) == (0, 0)
