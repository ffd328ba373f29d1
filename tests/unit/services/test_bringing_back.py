"""Takes that come back from the archive: at once, after hours, too late, or never."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from retake.domain.archive_notices import ArchiveNotice
from retake.domain.changes import Change
from retake.domain.due import DueKind
from retake.domain.errors import (
    ConflictError,
    GoneError,
    MediaToolTimeoutError,
    StorageBudgetExceededError,
    UnreadableMediaError,
)
from retake.domain.records.takes import ArchivedTake, ArchiveForm, Version
from retake.domain.versions import tombstone
from retake.services.commits import change_job
from retake.services.jobs.delete_job import delete_job
from retake.services.upkeep.purge import purge
from retake.services.upkeep.reconcile import reconcile
from retake.services.versions.rehydrate_version import Outcome, rehydrate_object, rehydrate_version
from tests.builders import JOB
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always, check_objects
from tests.unit.services.service_user import ServiceUser

HOURS = timedelta(hours=5)


@pytest.fixture
def archived(world: World, person: ServiceUser, stack: Stack, job: object) -> ArchivedTake:  # noqa: ARG001
    """Version 1 of clip 0 in the archive, behind versions 2, 3 and the current 4."""
    for _ in range(3):
        person.regenerate(0, key=f"batch-{len(person.versions(0))}")
        stack.run()
    take = first(person).archived
    assert take is not None
    return take


def first(person: ServiceUser) -> Version:
    return person.versions(0)[-1]


def states(person: ServiceUser) -> list[str]:
    """The states of versions 1, 2, …"""
    return [version.state.value for version in reversed(person.versions(0))]


def freeze(world: World, take: ArchivedTake) -> None:
    """Let S3's lifecycle have moved the take to a class that needs hours."""
    for key in take.keys:
        world.objects.cold[key] = HOURS


def reported(world: World, name: str) -> list[dict[str, object]]:
    events = world.jobs.list_events(JOB, after=0, limit=1000)
    return [event.data for event in events if event.name == name]


def check(world: World) -> None:
    check_always(world.jobs.get_job(JOB), world.jobs, world.objects)
    check_objects(world.jobs, world.objects, [JOB], world.jobs.all_deletions())


class TestAtOnce:
    def test_it_is_current_composed_and_a_take_like_any_other(
        self, world: World, person: ServiceUser, archived: ArchivedTake
    ) -> None:
        hash_before = first(person).content_hash
        done = person.restore(0, 1)
        assert done.composed
        assert person.current(0) == 1
        back = first(person)
        assert back.archived is None
        assert back.superseded_at is None
        assert back.content_hash != hash_before, "what was compressed is not the take it was"
        assert world.objects.find(back.objects.audio_key)
        assert states(person) == ["active", "archiving", "active", "active"], "the cap holds"
        world.clock.advance(hours=3)
        purge(world.ctx)
        assert world.objects.find(archived.video_key) is None
        check(world)

    @pytest.mark.usefixtures("archived")
    def test_a_used_up_budget_does_not_keep_takes_from_their_owner(
        self, world: World, person: ServiceUser
    ) -> None:
        world.limits = replace(world.limits, storage_budget_bytes=1)
        with pytest.raises(StorageBudgetExceededError):
            person.regenerate(0, key="over budget")
        assert person.restore(0, 1).composed
        assert person.current(0) == 1

    @pytest.mark.usefixtures("job")
    def test_one_that_was_kept_as_it_is_is_the_same_again(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        world.archive_encoder.shrinks = False
        for _ in range(3):
            person.regenerate(0, key=f"batch-{len(person.versions(0))}")
            stack.run()
        before = first(person)
        composed = world.composer.composed
        person.restore(0, 1)
        assert first(person).content_hash == before.content_hash
        assert first(person).objects.size_bytes == before.objects.size_bytes
        assert world.composer.composed == composed + 1
        check(world)

    @pytest.mark.parametrize("after", [True, False])
    @pytest.mark.parametrize("calls", range(0, 30, 2))
    @pytest.mark.usefixtures("archived")
    def test_killed_anywhere(
        self,
        world: World,
        person: ServiceUser,
        stack: Stack,
        calls: int,
        *,
        after: bool,
    ) -> None:
        world.saboteur.order(calls, after=after)
        try:
            person.restore(0, 1)
        except Killed:
            check(world)
        world.saboteur.stand_down()
        check(world)
        stack.settle()
        if person.current(0) == 4:
            assert states(person)[0] == "archived", "the request was never committed"
            person.restore(0, 1)
            stack.settle()
        assert person.current(0) == 1
        assert world.jobs.get_job(JOB).is_composed
        assert len(reported(world, "version_restored")) == 1
        check(world)

    def test_a_slow_worker_is_reported_as_on_its_way(
        self, world: World, person: ServiceUser, stack: Stack, archived: ArchivedTake
    ) -> None:
        world.workers.is_slow = True
        done = person.restore(0, 1)
        assert not done.composed
        assert done.version.state == "restoring"
        assert person.current(0) == 4
        world.workers.is_slow = False
        stack.run()
        assert person.current(0) == 1
        assert archived.video_key

    def test_twice_at_once_is_once(self, world: World, person: ServiceUser, archived: ArchivedTake) -> None:
        world.workers.is_slow = True
        person.restore(0, 1)
        person.restore(0, 1)
        outcomes = [rehydrate_version(JOB, "clip-0", 1, world.ctx) for _ in range(3)]
        assert outcomes == [Outcome.RESTORED, Outcome.NOTHING, Outcome.NOTHING]
        assert len(reported(world, "version_restored")) == 1
        assert archived.video_key

    def test_it_loses_once_however_often_it_goes_and_comes(
        self, world: World, person: ServiceUser, stack: Stack, archived: ArchivedTake
    ) -> None:
        """Takes of a clip restored in turn: each trip is a copy after the first."""
        seen = set()
        for _ in range(4):
            for number in (1, 2, 3, 4):
                person.restore(0, number)
                stack.settle()
                back = person.versions(0)[-number]
                seen.add((number, back.content_hash, world.objects.read(back.objects.audio_key)))
        assert archived.content_hash in {content_hash for _, content_hash, _ in seen}
        for number in (1, 2, 3, 4):
            pictures = {content_hash for mine, content_hash, _ in seen if mine == number}
            assert len(pictures) <= 2, "as it was made, and as it came back the first time"
            assert len({sound for mine, _, sound in seen if mine == number}) == 1
        assert world.archive_encoder.compressed <= 4 < len(reported(world, "version_archived"))
        check(world)

    def test_what_an_older_release_archived_loses_once_more_and_never_again(
        self, world: World, person: ServiceUser, stack: Stack, archived: ArchivedTake
    ) -> None:
        old = replace(first(person), archived=replace(archived, audio_key=None, content_hash=None))
        change_job(JOB, lambda job: (Change(job, (old,)), None), world.ctx)
        person.restore(0, 1)
        assert first(person).archive_form == ArchiveForm("h264", None)
        came_back_as = first(person).content_hash
        for number in (2, 3, 4, 1):
            person.restore(0, number)
            stack.settle()
        assert first(person).content_hash == came_back_as
        assert person.current(0) == 1

    @pytest.mark.usefixtures("archived")
    def test_the_loss_is_announced_once_and_so_is_its_end(self, person: ServiceUser, stack: Stack) -> None:
        person.restore(0, 1)
        person.restore(0, 4)
        stack.settle()
        announced: list[ArchiveNotice] = []
        for key in ("next", "and-next", "last"):
            accepted = person.regenerate(0, key=key)
            assert accepted.priced is not None
            announced += accepted.priced.archives
            stack.run()
        assert [(notice.version_number, notice.min_vmaf) for notice in announced] == [
            (1, None),
            (3, 93.0),
            (4, 93.0),
        ]


class TestAfterHours:
    def test_the_answer_says_when_and_s3_finishes_it(
        self, world: World, person: ServiceUser, archived: ArchivedTake
    ) -> None:
        freeze(world, archived)
        asked_at = world.clock.now()
        done = person.restore(0, 1)
        assert not done.composed
        assert done.version.returning is not None
        assert done.version.returning.expected_at == asked_at + HOURS
        assert world.objects.coming == set(archived.keys)
        assert [event["expected_at"] for event in reported(world, "version_restoring")] == [
            (asked_at + HOURS).isoformat()
        ]
        for key in archived.keys:
            world.objects.arrive(key)
            outcome = rehydrate_object(key, world.ctx)
            last = key == archived.keys[-1]
            assert outcome is (Outcome.RESTORED if last else Outcome.WAITING)
        assert person.current(0) == 1
        assert world.jobs.get_job(JOB).is_composed
        assert len(reported(world, "version_restoring")) == 1
        check(world)

    def test_a_lost_event_is_made_up_for(
        self, world: World, person: ServiceUser, stack: Stack, archived: ArchivedTake
    ) -> None:
        freeze(world, archived)
        person.restore(0, 1)
        for key in archived.keys:
            world.objects.arrive(key)
        world.clock.advance(hours=7)
        stack.settle()
        assert person.current(0) == 1

    def test_the_reconciliation_does_not_ask_every_minute(
        self, world: World, person: ServiceUser, archived: ArchivedTake
    ) -> None:
        freeze(world, archived)
        person.restore(0, 1)
        for _ in range(20):
            world.clock.advance(minutes=1)
            reconcile(world.ctx)
        assert not world.workers.returning
        assert world.jobs.list_due(DueKind.RESTORE, before=world.clock.now(), limit=9) == []

    def test_a_later_choice_is_not_overridden(
        self, world: World, person: ServiceUser, archived: ArchivedTake
    ) -> None:
        freeze(world, archived)
        person.restore(0, 1)
        person.restore(0, 3)
        for key in archived.keys:
            world.objects.arrive(key)
        assert rehydrate_version(JOB, "clip-0", 1, world.ctx) is Outcome.STAYED
        assert person.current(0) == 3
        assert states(person)[0] == "archived"
        assert "chosen" in str(reported(world, "version_return_dropped")[0]["reason"])
        check(world)

    def test_asked_for_again_after_a_later_choice_it_counts_again(
        self, world: World, person: ServiceUser, archived: ArchivedTake
    ) -> None:
        freeze(world, archived)
        person.restore(0, 1)
        person.restore(0, 3)
        person.restore(0, 1)
        for key in archived.keys:
            world.objects.arrive(key)
        rehydrate_version(JOB, "clip-0", 1, world.ctx)
        assert person.current(0) == 1

    @pytest.mark.usefixtures("job")
    def test_an_object_of_no_one_is_ignored(self, world: World, person: ServiceUser) -> None:
        assert rehydrate_object("archive/job-9/clip-0/1/take.mp4", world.ctx) is Outcome.NOTHING
        assert rehydrate_object(f"archive/{JOB}/clip-0/9/take.mp4", world.ctx) is Outcome.NOTHING
        assert person.current(0) == 1


class TestNever:
    def test_a_take_that_the_archive_lost_becomes_history(
        self, world: World, person: ServiceUser, archived: ArchivedTake
    ) -> None:
        world.objects.delete(archived.video_key)
        with pytest.raises(GoneError, match="was deleted"):
            person.restore(0, 1)
        assert states(person)[0] == "deleted"
        assert person.current(0) == 4
        assert reported(world, "version_deleted")
        with pytest.raises(GoneError, match="was deleted"):
            person.restore(0, 1)

    def test_a_take_that_is_damaged_stays_where_it_is(
        self, world: World, person: ServiceUser, archived: ArchivedTake
    ) -> None:
        world.objects.write(archived.video_key, b"noise", content_type="video/mp4")
        with pytest.raises(ConflictError, match="stays in the archive"):
            person.restore(0, 1)
        assert states(person)[0] == "archived"
        assert "cannot be brought back" in str(reported(world, "version_return_dropped")[0]["reason"])
        check(world)

    def test_what_passes_is_tried_again(
        self, world: World, person: ServiceUser, stack: Stack, archived: ArchivedTake
    ) -> None:
        tries = []

        def fail_once(source: Path) -> None:
            tries.append(source)
            if len(tries) == 1:
                raise MediaToolTimeoutError("too slow")

        world.archive_encoder.before_unpacking = fail_once
        assert not person.restore(0, 1).composed
        stack.settle()
        assert person.current(0) == 1
        assert archived.video_key

    def test_sound_that_no_tool_reads(
        self, world: World, person: ServiceUser, archived: ArchivedTake
    ) -> None:
        def refuse(_: Path) -> None:
            raise UnreadableMediaError("no sound")

        world.archive_encoder.before_unpacking = refuse
        with pytest.raises(ConflictError, match="stays in the archive"):
            person.restore(0, 1)
        assert states(person)[0] == "archived"
        assert archived.video_key

    def test_a_deleted_job(self, world: World, person: ServiceUser, archived: ArchivedTake) -> None:
        world.workers.is_slow = True
        person.restore(0, 1)
        delete_job(JOB, world.ctx)
        assert rehydrate_version(JOB, "clip-0", 1, world.ctx) is Outcome.NOTHING
        world.jobs.purge(JOB)
        assert rehydrate_version(JOB, "clip-0", 1, world.ctx) is Outcome.NOTHING
        assert archived.video_key

    def test_a_deleted_version(self, world: World, person: ServiceUser, archived: ArchivedTake) -> None:
        gone = tombstone(first(person), now=world.clock.now())
        change_job(JOB, lambda job: (Change(job, (gone,)), None), world.ctx)
        with pytest.raises(GoneError, match=r"deleted on 20\d\d-"):
            person.restore(0, 1)
        assert archived.video_key
