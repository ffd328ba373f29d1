"""Pausing what waits: nothing of it is paid, nothing expires, and it goes on where it was."""

from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest

from retake.domain.errors import ConflictError, InvalidRequestError, ProviderThrottledError
from retake.domain.statuses import BatchStatus, EventName
from retake.domain.videos import VideoStatus
from retake.services.batches.finish_batch import CLIPS_PER_COMMIT
from retake.services.jobs.change_timeline import remove_clip, reorder_clips
from retake.services.jobs.delete_job import delete_job
from tests.builders import JOB, MODELS, USER, store_ready_job
from tests.fakes.clocks import START
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always
from tests.invariants import check_at_rest as check_job_at_rest
from tests.unit.services.service_user import ServiceUser
from tests.unit.services.test_creation_crashes import check_at_rest
from tests.unit.services.video_maker import CREATION, VideoMaker


def ask_for_three(world: World) -> ServiceUser:
    """Store a job and ask for three batches of its first clip: one starts, two wait."""
    store_ready_job(world.jobs, world.objects)
    person = ServiceUser(world)
    for number in (1, 2, 3):
        person.regenerate(0, key=f"batch-{number}")
    return person


class TestBatches:
    @pytest.fixture
    def person(self, world: World) -> ServiceUser:
        return ask_for_three(world)

    def test_the_others_pass_and_it_starts_when_it_is_resumed(
        self, person: ServiceUser, stack: Stack
    ) -> None:
        person.pause("batch-2")
        stack.settle()
        statuses = [person.batch(f"batch-{number}").status for number in (1, 2, 3)]
        assert statuses == [BatchStatus.SUCCEEDED, BatchStatus.WAITING, BatchStatus.SUCCEEDED]
        assert person.resume("batch-2").status is BatchStatus.STARTING
        stack.settle()
        assert person.batch("batch-2").status is BatchStatus.SUCCEEDED
        assert (person.saw(EventName.BATCH_PAUSED), person.saw(EventName.BATCH_RESUMED)) == (1, 1)

    def test_it_gets_its_place_back(self, person: ServiceUser, stack: Stack) -> None:
        person.pause("batch-2")
        assert person.resume("batch-2").status is BatchStatus.WAITING
        stack.settle()
        started = [person.batch(f"batch-{number}").started_at for number in (1, 2, 3)]
        assert started == sorted(started, key=str)

    def test_another_order(self, person: ServiceUser, stack: Stack, world: World) -> None:
        person.reorder("batch-3", "batch-2")
        stack.settle()
        assert list(world.workflow.batches) == ["batch-1", "batch-3", "batch-2"]
        assert [version.version_number for version in person.versions(0)] == [4, 3, 2, 1]

    def test_it_is_kept_for_as_long_as_it_takes(self, person: ServiceUser, world: World) -> None:
        assert person.regeneration("batch-2").expires_at is not None
        person.pause("batch-2")
        assert person.regeneration("batch-2").expires_at is None
        assert person.regeneration("batch-3").expires_at is not None
        world.clock.advance(days=400)
        assert person.job().paused_batch_ids == ("batch-2",)

    def test_a_new_batch_does_not_wait_for_paused_ones(self, person: ServiceUser, stack: Stack) -> None:
        person.pause("batch-2")
        person.pause("batch-3")
        stack.settle()
        assert person.job().active_batch_id is None
        accepted = person.regenerate(1, key="batch-4")
        assert (accepted.batch.status, accepted.waiting_behind) == (BatchStatus.STARTING, 0)

    def test_clips_keep_their_places_while_a_paused_batch_names_them(
        self, person: ServiceUser, stack: Stack, world: World
    ) -> None:
        person.pause("batch-2")
        stack.settle()
        with pytest.raises(ConflictError, match="paused batch"):
            reorder_clips(JOB, [2, 1, 0], world.ctx, if_revision=None)
        with pytest.raises(ConflictError, match="paused batch"):
            remove_clip(JOB, 1, world.ctx, if_revision=None)

    def test_cancelling_a_paused_one(self, person: ServiceUser, stack: Stack) -> None:
        person.pause("batch-2")
        assert person.cancel("batch-2").status is BatchStatus.CANCELLED
        stack.settle()
        assert person.job().paused_batch_ids == ()
        assert person.saw(EventName.BATCH_CANCELLED) == 1

    def test_deleting_the_job(self, person: ServiceUser, stack: Stack, world: World) -> None:
        person.pause("batch-2")
        stack.settle()
        delete_job(JOB, world.ctx)
        with pytest.raises(ConflictError):
            person.resume("batch-2")
        world.clock.advance(hours=3)
        stack.purge()
        assert world.jobs.all_jobs() == []
        assert world.jobs.list_open(USER, limit=10, cursor=None).items == []

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("act", ["pause", "resume", "cancel", "reorder"])
    def test_who_does_it_may_die_anywhere(self, act: str, *, after: bool) -> None:
        for dies_at in count():
            world = World()
            person, stack = ask_for_three(world), Stack(world)
            if act == "resume":
                person.pause("batch-2")
                stack.settle()
            world.saboteur.order(dies_at, after=after)
            with suppress(Killed):
                person.reorder("batch-3", "batch-2") if act == "reorder" else getattr(person, act)("batch-2")
            world.saboteur.stand_down()
            stack.settle()
            check_always(person.job(), world.jobs, world.objects)
            if person.job().paused_batch_ids:  # the answer was lost, or that is what was asked for
                person.resume("batch-2")
                stack.settle()
            check_job_at_rest(person.job(), world.jobs, cap=world.limits.max_active_versions)
            if not world.saboteur.kills:
                break
        assert dies_at > 1, "no process was ever killed"

    def test_of_a_large_batch_all_is_kept(self, world: World) -> None:
        clips = 2 * CLIPS_PER_COMMIT + 1
        store_ready_job(world.jobs, world.objects, seconds=[1] * clips)
        person = ServiceUser(world)
        person.regenerate(0)
        person.regenerate(*range(clips), key="batch-2")
        person.pause("batch-2")
        kept = world.jobs.list_regenerations(JOB, person.batch("batch-2").regeneration_ids)
        assert {item.expires_at for item in kept} == {None}


class TestVideos:
    """A video that waits because the provider wants patience; nothing of it is paid."""

    @pytest.fixture
    def viewer(self, world: World, stack: Stack) -> VideoMaker:
        viewer = VideoMaker(world)
        world.provider.refusals = [ProviderThrottledError("Not now.", retry_after_s=30)]
        viewer.create("a fox")
        while not world.provider.requests:
            stack.tick()
        return viewer

    @pytest.fixture
    def video_id(self, viewer: VideoMaker) -> str:
        return viewer.creation().videos[0].job_id

    def test_it_rests_and_then_goes_on(
        self, viewer: VideoMaker, world: World, stack: Stack, video_id: str
    ) -> None:
        job = viewer.pause(video_id)
        assert job.video is not None
        assert (job.video.status, job.video.paused_at) == (VideoStatus.PROCESSING, world.clock.now())
        stack.settle()
        world.clock.advance(days=400)
        stack.settle()
        assert len(world.provider.requests) == 1, "asked while it was paused"
        assert world.user_events.get_feed(USER).processing == 0
        assert {str(status) for status in world.workflow.creations.values()} == {"SUCCEEDED"}
        resumed = viewer.resume(video_id)
        assert resumed.video is not None
        assert resumed.video.paused_at is None
        stack.settle()
        assert viewer.statuses() == [VideoStatus.COMPLETED]
        assert viewer.reported() == ["video_processing", "video_paused", "video_resumed", "video_completed"]
        check_at_rest(world)

    def test_twice_is_once(self, viewer: VideoMaker, world: World, stack: Stack, video_id: str) -> None:
        assert viewer.pause(video_id) == viewer.pause(video_id)
        assert viewer.resume(video_id) == viewer.resume(video_id)
        assert len(world.workflow.creations) == 2
        stack.settle()
        assert len(world.provider.accepted) == 1

    def test_before_its_branch_began(self, world: World, stack: Stack) -> None:
        viewer = VideoMaker(world)
        video_id = viewer.create("a fox").videos[0].job_id
        viewer.pause(video_id)
        stack.settle()
        assert world.provider.requests == []
        viewer.resume(video_id)
        stack.settle()
        assert viewer.statuses() == [VideoStatus.COMPLETED]

    def test_again_and_again(self, viewer: VideoMaker, world: World, stack: Stack, video_id: str) -> None:
        for _ in range(3):
            viewer.pause(video_id)
            viewer.resume(video_id)
        stack.settle()
        assert viewer.statuses() == [VideoStatus.COMPLETED]
        assert len(world.provider.accepted) == 1
        check_at_rest(world)

    def test_what_was_submitted_is_not_paused(self, viewer: VideoMaker, stack: Stack, world: World) -> None:
        world.provider.polls = 1000
        while viewer.videos()[0].provider_job_id is None:
            if not stack.tick():
                world.clock.advance(seconds=30)
        (job,) = viewer.creation().videos
        with pytest.raises(ConflictError, match="cancel it"):
            viewer.pause(job.job_id)

    @pytest.mark.parametrize("lost", [True, False], ids=["answer lost", "being asked"])
    def test_what_may_have_been_submitted_is_not_paused(
        self, viewer: VideoMaker, world: World, video_id: str, *, lost: bool
    ) -> None:
        job = world.jobs.get_job(video_id)
        assert job.video is not None
        regeneration = world.jobs.get_regeneration(video_id, job.video.regeneration_id)
        changed = {"answer_lost": True} if lost else {"submit_lease_until": world.clock.now()}
        world.jobs.put_drafts((replace(regeneration, **changed),))
        with pytest.raises(ConflictError):
            viewer.pause(video_id)

    def test_what_has_ended_is_neither_paused_nor_resumed(
        self, viewer: VideoMaker, stack: Stack, video_id: str
    ) -> None:
        stack.settle()
        for act in (viewer.pause, viewer.resume):
            with pytest.raises(ConflictError, match="completed"):
                act(video_id)

    def test_cancelled_while_paused(
        self, viewer: VideoMaker, world: World, stack: Stack, video_id: str
    ) -> None:
        viewer.pause(video_id)
        viewer.cancel(video_id)
        stack.settle()
        assert viewer.statuses() == [VideoStatus.CANCELLED]
        with pytest.raises(ConflictError):
            viewer.resume(video_id)
        check_at_rest(world)
        viewer.retry(video_id)
        stack.settle()
        assert viewer.statuses() == [VideoStatus.COMPLETED]

    def test_deleted_while_paused(
        self, viewer: VideoMaker, world: World, stack: Stack, video_id: str
    ) -> None:
        viewer.pause(video_id)
        viewer.delete(video_id)
        world.clock.advance(hours=3)
        stack.settle()
        stack.purge()
        assert world.jobs.all_jobs() == []
        assert viewer.reported() == ["video_processing", "video_paused", "video_cancelled"]
        assert world.user_events.get_feed(USER).processing == 0

    def test_one_whose_model_ended_meanwhile_stays_paused(
        self, viewer: VideoMaker, world: World, video_id: str
    ) -> None:
        viewer.pause(video_id)
        world.models = [replace(model, end_of_life=START.date()) for model in MODELS]
        with pytest.raises(InvalidRequestError):
            viewer.resume(video_id)
        assert viewer.videos()[0].paused_at is not None
        assert list(world.workflow.creations) == [CREATION]

    def test_one_that_cannot_be_started_now_is_started_later(
        self, viewer: VideoMaker, world: World, stack: Stack, video_id: str
    ) -> None:
        viewer.pause(video_id)
        world.workflow.refuses = True
        viewer.resume(video_id)
        world.workflow.refuses = False
        stack.settle()
        assert viewer.statuses() == [VideoStatus.COMPLETED]

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("act", ["pause", "resume", "cancel"])
    def test_who_does_it_may_die_anywhere(self, act: str, *, after: bool) -> None:
        for dies_at in count():
            world = World()
            viewer, stack = VideoMaker(world), Stack(world)
            video_id = viewer.create("a fox").videos[0].job_id
            if act != "pause":
                viewer.pause(video_id)
            world.saboteur.order(dies_at, after=after)
            with suppress(Killed):
                getattr(viewer, act)(video_id)
            world.saboteur.stand_down()
            stack.settle()
            if viewer.videos()[0].paused_at is not None:  # the answer was lost, or that is what was asked for
                viewer.resume(video_id)
                stack.settle()
            assert viewer.statuses()[0] in {VideoStatus.COMPLETED, VideoStatus.CANCELLED}
            check_at_rest(world)
            if not world.saboteur.kills:
                break
        assert dies_at > 1, "no process was ever killed"

    def test_both_at_the_same_moment_start_one(
        self, viewer: VideoMaker, world: World, stack: Stack, video_id: str
    ) -> None:
        viewer.pause(video_id)

        def meet() -> None:
            world.jobs.before_commit = lambda: None
            viewer.resume(video_id)

        world.jobs.before_commit = meet
        viewer.resume(video_id)
        assert len(world.workflow.creations) == 2
        stack.settle()
        assert len(world.provider.accepted) == 1
        check_at_rest(world)
