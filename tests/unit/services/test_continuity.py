"""Clips that continue each other: by the exact frame of the take that is shown when the turn comes."""

from dataclasses import replace

import pytest

from retake.domain.changes import Change
from retake.domain.errors import InvalidRequestError
from retake.domain.records.jobs import Job
from retake.domain.references import ReferenceRole
from retake.domain.sources import FramePlace, Neighbour
from retake.domain.statuses import BatchStatus
from retake.domain.versions import tombstone
from retake.ports.providers import ProviderJobStatus
from retake.services.batches.validation import ClipInstruction
from retake.services.commits import change_job
from retake.services.jobs.change_timeline import remove_clip, reorder_clips
from retake.services.references.requested import RequestedReference
from tests.builders import JOB
from tests.fakes.fake_media import fake_frame
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always, check_at_rest, check_objects, check_payments
from tests.unit.services.service_user import ServiceUser

pytestmark = pytest.mark.usefixtures("job")

FIRST, LAST = ReferenceRole.FIRST_FRAME, ReferenceRole.LAST_FRAME


def line(index: int, *neighbours: Neighbour, words: str | None = "go on") -> ClipInstruction:
    field = f"clips[{index}]."
    references = tuple(RequestedReference.beside(neighbour, field=field) for neighbour in neighbours)
    return ClipInstruction(index, words, references=references)


def by_clip(index: int, role: ReferenceRole, frame: FramePlace | None = None) -> RequestedReference:
    return RequestedReference("clips[0].references[0]", role, clip_index=index, frame=frame)


def check(world: World) -> None:
    job = world.jobs.get_job(JOB)
    check_always(job, world.jobs, world.objects)
    check_at_rest(job, world.jobs, cap=world.limits.max_active_versions)
    check_objects(world.jobs, world.objects, [JOB], world.jobs.all_deletions())
    check_payments(world.provider.accepted)


def frame_of(world: World, clip_index: int, number: int, frame: int) -> bytes:
    """Return the frame of a version as the fake cuts it."""
    job = world.jobs.get_job(JOB)
    version = world.jobs.get_take(JOB, job.clip_ids[clip_index], number).version
    assert version is not None
    assert version.location is not None
    return fake_frame(world.objects.read(version.location.video_key), frame)


class TestFrames:
    def test_a_clip_begins_with_the_last_frame_of_the_one_before(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.ask(line(1, Neighbour.PREVIOUS))
        stack.run()

        (request,) = world.provider.requests
        (reference,) = request.references
        assert (reference.role, reference.media_type) == (FIRST, "image/png")
        assert world.objects.read(reference.key) == frame_of(world, 0, 1, 12 * 30 - 1)
        (source,) = person.versions(1)[0].made_from
        assert (source.clip_id, source.version_number, source.frame) == ("clip-0", 1, 12 * 30 - 1)
        assert person.versions(1)[0].base_version == 1
        check(world)

    def test_in_a_batch_the_second_clip_uses_the_first_ones_new_take(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.ask(*(ClipInstruction(index, "go on") for index in range(3)), neighbours=(Neighbour.PREVIOUS,))
        stack.run()

        first, second, third = world.provider.requests
        assert first.references == ()  # there is no clip before it, and it was said for all
        assert world.objects.read(second.references[0].key) == frame_of(world, 0, 2, 12 * 30 - 1)
        assert world.objects.read(third.references[0].key) == frame_of(world, 1, 2, 15 * 30 - 1)
        assert person.stale() == {}
        check(world)

    def test_what_is_said_for_all_goes_with_what_a_clip_is_made_from_besides(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        own = (by_clip(2, ReferenceRole.STYLE),)
        other = (replace(by_clip(2, FIRST), field="clips[1].references[0]"),)
        clips = (ClipInstruction(1, "go on", references=own), ClipInstruction(2, "go on", references=other))
        person.ask(*clips, neighbours=(Neighbour.PREVIOUS,))
        stack.run()

        first, second = world.provider.requests
        assert first.roles == (FIRST, ReferenceRole.STYLE)
        assert world.objects.read(first.references[0].key) == frame_of(world, 0, 1, 12 * 30 - 1)
        assert second.roles == (FIRST,)  # the one that it names itself
        assert world.objects.read(second.references[0].key) == frame_of(world, 2, 1, 10 * 30 - 1)

    def test_a_clip_ends_with_the_first_frame_of_the_next(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.ask(line(1, Neighbour.PREVIOUS, Neighbour.NEXT))
        stack.run()

        begins, ends = world.provider.requests[0].references
        assert (begins.role, ends.role) == (FIRST, LAST)
        assert world.objects.read(ends.key) == frame_of(world, 2, 1, 0)

    def test_frames_lie_where_they_expire_and_are_cut_once(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.ask(replace(line(1, Neighbour.PREVIOUS), takes=2))
        stack.run()

        cut = [info.key for info in world.objects.list_objects("provider/frames/")]
        assert len(cut) == 1
        assert {request.references[0].key for request in world.provider.requests} == set(cut)

    def test_a_frame_that_expired_is_cut_again_for_a_generation_that_is_sent_again(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        world.provider.failures = 1

        def expired(_: str) -> ProviderJobStatus:
            for info in world.objects.list_objects("provider/frames/"):
                world.objects.delete(info.key)
            return ProviderJobStatus.SUCCEEDED

        world.provider.outcome = expired
        person.ask(line(1, Neighbour.PREVIOUS))
        stack.run()

        assert person.batch().status is BatchStatus.SUCCEEDED
        assert len({request.references for request in world.provider.requests}) == 1

    def test_a_clip_of_the_job_gives_the_frame_that_is_named(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        wanted = by_clip(2, ReferenceRole.SUBJECT, FramePlace.LAST)
        person.ask(ClipInstruction(0, "go on", references=(wanted,)))
        stack.run()

        (reference,) = world.provider.requests[0].references
        assert reference.role is ReferenceRole.SUBJECT
        assert world.objects.read(reference.key) == frame_of(world, 2, 1, 10 * 30 - 1)

    def test_a_whole_clip_is_given_as_it_is(self, world: World, person: ServiceUser, stack: Stack) -> None:
        person.ask(ClipInstruction(0, "go on", references=(by_clip(2, ReferenceRole.VIDEO),)))
        stack.run()

        (reference,) = world.provider.requests[0].references
        assert (reference.key, reference.media_type) == ("clips/job-1/clip-2/1/take.mp4", "video/mp4")


class TestRefusals:
    @pytest.mark.parametrize(
        ("wanted", "field", "reason"),
        [
            (line(0, Neighbour.PREVIOUS), "clips[0].from", "first clip"),
            (line(2, Neighbour.NEXT), "clips[2].to", "last clip"),
            (
                replace(line(1, Neighbour.PREVIOUS), model="choosy"),
                "clips[1].from",
                "Choosy takes no first frame; it takes words only.",
            ),
            (
                ClipInstruction(0, "go on", references=(by_clip(9, FIRST),)),
                "clips[0].references[0].clip_index",
                "There is no clip 9",
            ),
            (
                ClipInstruction(0, "go on", references=(by_clip(1, ReferenceRole.VIDEO, FramePlace.LAST),)),
                "clips[0].references[0].frame",
                "leave it out",
            ),
            (
                ClipInstruction(0, "go on", references=(by_clip(1, FIRST), by_clip(2, FIRST))),
                "clips[0].references",
                "at most 1 of first frame; 2 were given",
            ),
            (
                ClipInstruction(0, "go on", references=(replace(by_clip(1, FIRST), version_id="gone"),)),
                "clips[0].references[0]",
                "no such version",
            ),
            (
                ClipInstruction(0, "go on", references=(replace(by_clip(0, FIRST), job_id="job-2"),)),
                "clips[0].references[0].job_id",
                "There is no such job",
            ),
            (ClipInstruction(0, "go on", repeat=True), "clips[0].repeat", "leave out what is said"),
            (ClipInstruction(0, repeat=True), "clips[0].repeat", "is an upload"),
        ],
    )
    def test_what_cannot_be_made_is_refused_before_anything_is_written(
        self, wanted: ClipInstruction, field: str, reason: str, world: World, person: ServiceUser
    ) -> None:
        with pytest.raises(InvalidRequestError) as refused:
            person.ask(wanted)
        assert any(reason in fault.detail for fault in refused.value.faults if fault.field == field)
        assert person.job().active_batch_id is None
        assert world.provider.requests == []

    def test_a_take_that_is_deleted_before_its_turn_fails_the_clip_and_costs_nothing(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        version = person.versions(2)[0]
        person.ask(
            ClipInstruction(
                0, "go on", references=(replace(by_clip(2, FIRST), version_id=version.version_id),)
            )
        )

        def delete(job: Job) -> tuple[Change, None]:
            return Change(job, (tombstone(version, now=world.clock.now()),)), None

        change_job(JOB, delete, world.ctx)
        stack.run()

        failed = person.regeneration()
        assert (failed.status, world.provider.requests) == ("failed", [])
        assert "was deleted" in str(failed.error)
        assert "Nothing was charged" in str(failed.error)


class TestStale:
    @pytest.fixture(autouse=True)
    def _continued(self, job: Job, person: ServiceUser, stack: Stack) -> None:
        """Let clips 1 and 2 of the job each continue the one before."""
        assert len(job.clip_ids) == 3
        person.ask(line(1, Neighbour.PREVIOUS), line(2, Neighbour.PREVIOUS))
        stack.run()

    def test_another_take_of_the_source_makes_a_clip_stale_and_nothing_else_happens(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.regenerate(0, key="again")
        stack.run()

        assert person.stale() == {
            1: "Its first frame is from version 1 of “clip-0” (clip 0), which shows version 2 now."
        }
        assert [person.current(index) for index in range(3)] == [2, 2, 2]
        assert len(world.provider.requests) == 3  # nothing was made by itself
        assert person.events().count("clip_stale") == 1
        check(world)

    def test_restoring_the_source_clears_it(self, person: ServiceUser, stack: Stack) -> None:
        person.regenerate(0, key="again")
        stack.run()
        person.restore(0, 1)

        assert person.stale() == {}
        assert [name for name in person.events() if name.startswith(("clip_stale", "clip_up"))] == [
            "clip_stale",
            "clip_up_to_date",
        ]

    def test_another_order_breaks_the_continuity_and_the_first_one_restores_it(
        self, world: World, person: ServiceUser
    ) -> None:
        reorder_clips(JOB, [0, 2, 1], world.ctx, if_revision=None)
        assert person.stale() == {
            1: "“clip-1” (clip 2), which gave its first frame, is not the clip before it any more.",
            2: "“clip-0” (clip 0), which gave its first frame, is not the clip before it any more.",
        }
        reorder_clips(JOB, [0, 2, 1], world.ctx, if_revision=None)
        assert person.stale() == {}

    def test_a_source_that_was_taken_out_is_missed(self, world: World, person: ServiceUser) -> None:
        remove_clip(JOB, 0, world.ctx, if_revision=None)

        assert person.stale() == {0: "The clip that gave its first frame was taken out of the timeline."}

    def test_updating_all_makes_them_again_one_after_another_in_their_own_words(
        self, world: World, person: ServiceUser, stack: Stack
    ) -> None:
        person.regenerate(0, key="again", words="at dawn")
        stack.run()
        order = person.update_order()
        assert order == (1, 2)  # clip 2 is stale as soon as clip 1 is made again

        person.ask(*(ClipInstruction(index, repeat=True) for index in order), key="update")
        stack.run()

        assert person.stale() == {}
        again = world.provider.requests[-2:]
        assert [request.instruction for request in again] == ["go on", "go on"]
        assert [request.source_key for request in again] == [
            "clips/job-1/clip-1/1/take.mp4",  # of the take that the stale one was made of
            "clips/job-1/clip-2/1/take.mp4",
        ]
        assert world.objects.read(again[0].references[0].key) == frame_of(world, 0, 2, 12 * 30 - 1)
        assert world.objects.read(again[1].references[0].key) == frame_of(world, 1, 3, 15 * 30 - 1)
        assert [person.versions(index)[0].base_version for index in (1, 2)] == [1, 1]
        check(world)

    def test_a_take_that_is_chosen_while_it_is_made_again_stays(
        self, person: ServiceUser, stack: Stack, world: World
    ) -> None:
        person.regenerate(0, key="again")
        stack.run()
        world.provider.outcome = lambda _: (person.restore(1, 1), ProviderJobStatus.SUCCEEDED)[1]
        person.ask(ClipInstruction(1, repeat=True), key="update")
        stack.run()

        assert person.current(1) == 1
        assert person.saw_late() == 1
