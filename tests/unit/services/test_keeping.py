"""Takes and videos over time: archived, restored, composed again, removed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from retake.domain.changes import Change
from retake.domain.errors import ArchiveDamagedError, PreconditionFailedError, UnreadableMediaError
from retake.domain.statuses import BatchStatus, VersionState
from retake.services.upkeep.purge import AT_ONCE, purge
from retake.services.upkeep.reconcile import reconcile
from retake.services.versions.archive_version import archive_version
from retake.services.versions.restore_version import restore_version
from tests.builders import JOB, a_deletion
from tests.fakes.fake_media import PACKED
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always, check_objects
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")


@pytest.fixture
def take_by_take(person: ServiceUser, stack: Stack) -> Callable[[int], None]:
    """Regenerate clip 0 so often."""

    def regenerate(times: int) -> None:
        for _ in range(times):
            person.regenerate(0, key=f"batch-{len(person.versions(0))}")
            stack.run()

    return regenerate


@pytest.fixture
def archiving(take_by_take: Callable[[int], None], world: World, person: ServiceUser, stack: Stack) -> int:
    """The number of a take that is on its way to the archive; its message has not been received."""
    take_by_take(2)
    person.regenerate(0, key="the-third")
    while person.versions(0)[-1].state is not VersionState.ARCHIVING:
        stack.tick()
    world.queue.messages.clear()
    return 1


def archive(world: World, number: int = 1) -> bool:
    return archive_version(JOB, "clip-0", number, world.ctx) is not None


def states(person: ServiceUser) -> dict[int, str]:
    return {version.version_number: version.state.value for version in person.versions(0)}


def check(world: World) -> None:
    job = world.jobs.get_job(JOB)
    check_always(job, world.jobs, world.objects)
    check_objects(world.jobs, world.objects, [JOB], world.jobs.all_deletions())


class TestArchiving:
    @pytest.mark.parametrize("after", [True, False])
    @pytest.mark.parametrize("calls", range(24))
    def test_killed_anywhere(
        self,
        world: World,
        person: ServiceUser,
        archiving: int,
        calls: int,
        after: bool,  # noqa: FBT001 - both ways
    ) -> None:
        world.saboteur.order(calls, after=after)
        try:
            archive(world, archiving)
        except Killed:
            check(world)
            archive(world, archiving)
        world.saboteur.stand_down()
        check(world)
        assert states(person)[1] == "archived"
        version = person.versions(0)[-1]
        assert version.archived is not None
        assert version.archived_at == world.clock.now()
        world.clock.advance(hours=3)
        purge(world.ctx)
        check(world)
        assert world.objects.find(version.objects.video_key) is None
        assert world.objects.find(version.archived.video_key) is not None

    def test_twice_is_once(self, world: World, archiving: int) -> None:
        assert archive(world, archiving)
        assert not archive(world, archiving)

    def test_it_is_compressed_and_counted_as_what_it_is(
        self, world: World, person: ServiceUser, archiving: int
    ) -> None:
        before = person.versions(0)[-1].objects.size_bytes
        archive(world, archiving)
        take = person.versions(0)[-1].archived
        assert take is not None
        assert (take.codec, take.vmaf) == ("h264", 95.0)
        stored = sum(info.size_bytes for info in world.objects.list_objects("archive/"))
        assert take.size_bytes == stored
        assert world.jobs.get_job(JOB).takes_stored.archived == stored
        assert world.jobs.get_job(JOB).takes_stored.archived_before == before

    def test_one_that_cannot_shrink_is_kept_as_it_is(
        self, world: World, person: ServiceUser, archiving: int
    ) -> None:
        world.archive_encoder.shrinks = False
        take = person.versions(0)[-1].objects
        assert archive(world, archiving)
        kept = person.versions(0)[-1].archived
        assert kept is not None
        assert kept.codec is None
        assert kept.audio_key is not None
        assert world.objects.read(kept.video_key) == world.objects.read(take.video_key)
        assert world.objects.read(kept.audio_key) == PACKED + world.objects.read(take.audio_key)

    def test_one_that_ffmpeg_cannot_read_is_kept_as_it_is(
        self, world: World, person: ServiceUser, archiving: int
    ) -> None:
        def refuse(_: Path) -> None:
            raise UnreadableMediaError("not a video")

        world.archive_encoder.before = refuse
        assert archive(world, archiving)
        kept = person.versions(0)[-1].archived
        assert kept is not None
        assert kept.codec is None

    def test_a_copy_that_is_not_whole_changes_nothing(
        self, world: World, person: ServiceUser, archiving: int
    ) -> None:
        world.archive_encoder.damages = True
        with pytest.raises(ArchiveDamagedError):
            archive(world, archiving)
        assert states(person)[1] == "archiving"
        check(world)

    def test_an_archive_that_holds_something_else_changes_nothing(
        self, world: World, person: ServiceUser, archiving: int
    ) -> None:
        store = world.objects.upload

        def truncate(path: Path, key: str, *, content_type: str) -> None:
            store(path, key, content_type=content_type)
            world.objects.write(key, world.objects.read(key)[:-1], content_type=content_type)

        world.objects.__dict__["upload"] = truncate
        with pytest.raises(ArchiveDamagedError, match="not what was sent"):
            archive(world, archiving)
        assert states(person)[1] == "archiving"

    def test_a_lost_message_is_sent_again(
        self, world: World, person: ServiceUser, stack: Stack, archiving: int
    ) -> None:
        assert world.queue.messages == []
        stack.settle()
        assert states(person)[archiving] == "archived"

    def test_a_deleted_job(self, world: World, archiving: int) -> None:
        world.jobs.purge(JOB)
        assert not archive(world, archiving)


class TestRestoring:
    def test_from_the_archive_and_back(
        self, world: World, person: ServiceUser, stack: Stack, take_by_take: Callable[[int], None]
    ) -> None:
        take_by_take(3)
        stack.settle()
        assert states(person) == {4: "active", 3: "active", 2: "active", 1: "archived"}
        done = person.restore(0, 1)
        assert done.composed
        stack.settle()
        assert states(person) == {4: "active", 3: "active", 2: "archived", 1: "active"}
        assert person.current(0) == 1
        check(world)

    def test_one_that_is_archived_at_this_moment(
        self, world: World, person: ServiceUser, archiving: int
    ) -> None:
        def archived_first() -> None:
            world.jobs.before_commit = lambda: None
            archive(world, archiving)

        world.jobs.before_commit = archived_first
        assert person.restore(0, archiving).composed
        assert person.current(0) == archiving
        assert states(person)[archiving] == "active"
        check(world)

    def test_the_same_takes_are_not_composed_twice(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        first = world.jobs.get_job(JOB).composition
        assert first is not None
        person.regenerate(0)
        stack.run()
        assert world.composer.composed == 1
        person.restore(0, 1)
        assert world.composer.composed == 1
        again = world.jobs.get_job(JOB).composition
        assert again is not None
        assert again.video_key == first.video_key

    def test_a_video_that_was_lost_is_composed_again(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        first = world.jobs.get_job(JOB).composition
        assert first is not None
        person.regenerate(0)
        stack.run()
        world.objects.delete(first.video_key)
        person.restore(0, 1)
        again = world.jobs.get_job(JOB).composition
        assert again is not None
        assert again.fingerprint == first.fingerprint
        assert world.objects.find(again.video_key)

    def test_on_an_older_timeline(self, world: World, person: ServiceUser, stack: Stack) -> None:
        person.regenerate(0)
        stack.run()
        with pytest.raises(PreconditionFailedError):
            restore_version(JOB, 0, "clip-0-v1", world.ctx, if_revision=1)
        assert person.current(0) == 2

    def test_while_a_batch_runs(self, world: World, person: ServiceUser, stack: Stack) -> None:
        person.regenerate(0)
        stack.run()
        person.regenerate(1, key="batch-2")
        stack.tick()
        person.restore(0, 1)
        stack.run()
        assert person.batch("batch-2").status is BatchStatus.SUCCEEDED
        assert (person.current(0), person.current(1)) == (1, 2)
        assert world.jobs.get_job(JOB).is_composed


class TestPurging:
    def test_what_is_referred_to_stays(self, world: World, person: ServiceUser) -> None:
        kept = person.versions(0)[0].objects.keys
        loose = ("clips/job-1/clip-0/x/take.mp4",)
        world.objects.write(loose[0], b"x", content_type="video/mp4")
        world.jobs.put_drafts((a_deletion(keys=(*kept, *loose)),))
        world.clock.advance(hours=2)
        report = purge(world.ctx)
        assert (report.objects, report.ledger_entries, report.backlog) == (1, 1, 0)
        assert all(world.objects.find(key) for key in kept)
        assert world.objects.find(loose[0]) is None

    def test_what_is_not_due_stays(self, world: World) -> None:
        world.objects.write("clips/job-1/old", b"x", content_type="video/mp4")
        world.jobs.put_drafts((a_deletion(),))
        purge(world.ctx)
        assert world.objects.find("clips/job-1/old")

    def test_a_run_goes_on_as_long_as_it_may(self, world: World) -> None:
        many = AT_ONCE + 7
        world.jobs.put_drafts([a_deletion(f"deletion-{number}", keys=()) for number in range(many)])
        world.clock.advance(hours=2)
        now = world.clock.now()

        def run(until: datetime | None) -> tuple[int, int]:
            report = purge(world.ctx, until=until)
            return report.ledger_entries, report.backlog

        assert run(now) == (0, AT_ONCE)  # no time left; what is left is counted so far
        assert run(None) == (AT_ONCE, 7)
        world.jobs.put_drafts([a_deletion(f"later-{number}", keys=()) for number in range(AT_ONCE)])
        world.clock.advance(hours=2)
        assert run(world.clock.now() + timedelta(minutes=1)) == (many, 0)

    def test_only_the_videos_used_last_are_kept(
        self, world: World, stack: Stack, take_by_take: Callable[[int], None]
    ) -> None:
        take_by_take(5)
        job = world.jobs.get_job(JOB)
        assert len(job.compositions) == 3
        world.clock.advance(hours=3)
        stack.purge()
        stored = {info.key for info in world.objects.list_objects("compositions/")}
        assert stored == {key for item in job.compositions for key in item.keys}

    def test_after_a_day_only_the_newest_is_left(
        self, world: World, stack: Stack, take_by_take: Callable[[int], None]
    ) -> None:
        take_by_take(2)
        newest, *before = world.jobs.get_job(JOB).compositions
        world.clock.advance(hours=23)
        reconcile(world.ctx)
        assert world.jobs.get_job(JOB).compositions == (newest, *before)
        counted = world.jobs.get_job(JOB).stored.active
        world.clock.advance(hours=2)
        reconcile(world.ctx)
        job = world.jobs.get_job(JOB)
        assert job.compositions == (newest,)
        assert counted - job.stored.active == sum(made.size_bytes for made in before)
        world.clock.advance(hours=3)
        stack.purge()
        assert {info.key for info in world.objects.list_objects("compositions/")} == set(newest.keys)
        reconcile(world.ctx)
        check_always(world.jobs.get_job(JOB), world.jobs, world.objects)

    def test_one_that_an_older_release_kept_goes_as_well(
        self, world: World, stack: Stack, take_by_take: Callable[[int], None]
    ) -> None:
        take_by_take(1)
        job = world.jobs.get_job(JOB)
        kept = tuple(replace(made, superseded_at=None) for made in job.kept_compositions)
        world.jobs.commit(Change(replace(job, kept_compositions=kept)), now=world.clock.now())
        stack.settle()
        assert world.jobs.get_job(JOB).kept_compositions == ()

    def test_one_that_is_shown_again_is_the_newest(
        self, world: World, person: ServiceUser, take_by_take: Callable[[int], None]
    ) -> None:
        take_by_take(1)
        person.restore(0, 1)
        made = world.jobs.get_job(JOB).composition
        assert made is not None
        assert made.superseded_at is None

    def test_the_newest_video_is_what_the_next_one_takes_parts_of(
        self, world: World, take_by_take: Callable[[int], None]
    ) -> None:
        take_by_take(2)
        job = world.jobs.get_job(JOB)
        newest, before, *_ = job.compositions
        assert world.composer.reused[-1] == world.objects.read(before.video_key)
        stored = sum(found.size_bytes for found in map(world.objects.find, newest.keys) if found is not None)
        assert newest.size_bytes == stored

    def test_a_video_is_made_without_one_before(
        self, world: World, take_by_take: Callable[[int], None]
    ) -> None:
        take_by_take(1)
        for made in world.jobs.get_job(JOB).compositions:
            world.objects.delete(made.video_key)
        take_by_take(1)
        assert world.composer.reused[-1] is None

    def test_what_an_older_release_kept_beside_a_video_goes_with_it(
        self, world: World, stack: Stack, take_by_take: Callable[[int], None]
    ) -> None:
        take_by_take(1)
        job = world.jobs.get_job(JOB)
        assert job.composition is not None
        sounds_key = f"{job.composition.video_key}.sounds"
        world.objects.write(sounds_key, b"sounds", content_type="application/octet-stream")
        older = replace(
            job.composition, sounds_key=sounds_key, size_bytes=job.composition.size_bytes + len(b"sounds")
        )
        world.jobs.commit(Change(replace(job, composition=older)), now=world.clock.now())
        take_by_take(3)
        world.clock.advance(days=2)
        stack.settle()
        stack.purge()
        assert world.objects.find(sounds_key) is None

    def test_a_dropped_video_has_its_readers_grace(
        self, world: World, stack: Stack, take_by_take: Callable[[int], None]
    ) -> None:
        take_by_take(1)
        made = world.jobs.get_job(JOB).composition
        assert made is not None
        world.clock.advance(minutes=110)
        take_by_take(3)
        assert made.video_key not in {item.video_key for item in world.jobs.get_job(JOB).compositions}
        world.clock.advance(minutes=60)
        stack.purge()
        assert world.objects.find(made.video_key), "removed while it may still be watched"
        world.clock.advance(minutes=61)
        stack.purge()
        assert world.objects.find(made.video_key) is None
