"""Jobs of uploads, videos and words: what is checked, made, priced, and what becomes of one that fails."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from retake.domain.changes import Change
from retake.domain.due import DueKind
from retake.domain.errors import (
    ConflictError,
    InvalidRequestError,
    SpendLimitError,
    UnreadableMediaError,
    WorkflowUnavailableError,
)
from retake.domain.limits import Limits
from retake.domain.media import MediaProfile
from retake.domain.statuses import BatchStatus, ClipStatus, JobStatus, VersionState
from retake.ports.providers import ProviderJobStatus
from retake.services.jobs.job_request import NewClip
from retake.services.upkeep.reconcile import reconcile
from tests.builders import USER, an_upload, by_upload
from tests.fakes.fake_media import fake_picture
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_always, check_at_rest, check_objects, check_payments, check_usage
from tests.unit.services.job_maker import MIXED, JobMaker
from tests.unit.services.video_maker import VideoMaker

FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)

FOX = NewClip(prompt="a red fox in snow", seconds="3")


@pytest.fixture
def maker(world: World, stack: Stack) -> JobMaker:
    return JobMaker(world, stack)


def check(world: World, maker: JobMaker) -> None:
    jobs = world.jobs.all_jobs()
    for job in jobs:
        check_always(job, world.jobs, world.objects)
    check_at_rest(maker.job(), world.jobs, cap=3)
    check_payments(world.provider.accepted)
    check_objects(world.jobs, world.objects, [job.job_id for job in jobs], world.jobs.all_deletions())
    check_usage(world.jobs, world.objects, world.usage, jobs)


def fail_preparation(world: World, stack: Stack, maker: JobMaker) -> None:
    """Let a generation be lost that its provider goes on with, until it is not waited for any more."""
    stack.abort(maker.batch().batch_id)
    for _ in range(3):
        reconcile(world.ctx, ignore_leases=True)
        world.clock.advance(minutes=10)
    world.provider.polls = 0


def faults_of(refused: pytest.ExceptionInfo[InvalidRequestError]) -> dict[str, str]:
    return {fault.field: fault.detail for fault in refused.value.faults}


def fail(words: str) -> object:
    return lambda asked: ProviderJobStatus.FAILED if asked == words else ProviderJobStatus.SUCCEEDED


class TestTheUsualWay:
    def test_every_kind_of_clip_becomes_version_1(self, world: World, stack: Stack, maker: JobMaker) -> None:
        job = maker.make(maker.upload(), maker.video("a hare", title="Hare"), FOX)
        assert (job.status, job.profile) == (JobStatus.PREPARING, MediaProfile(640, 360))
        stack.run()
        job = maker.job()
        assert (job.status, job.is_composed) == (JobStatus.READY, True)
        entries = [world.jobs.get_clip(MIXED, clip_id) for clip_id in job.clip_ids]
        assert [entry.clip.title for entry in entries] == ["shot.mp4", "Hare", "a red fox in snow"]
        takes = [entry.versions[0] for entry in entries]
        assert [take.version_number for take in takes] == [1, 1, 1]
        assert [take.prompt for take in takes] == ["", "a hare", "a red fox in snow"]
        assert [take.cost for take in takes] == [0, 0, Decimal("0.0400")]
        assert job.composition is not None
        assert job.composition.duration_ms == sum(entry.clip.duration_ms for entry in entries)
        check(world, maker)

    def test_files_come_first_and_then_what_is_paid_for(self, stack: Stack, maker: JobMaker) -> None:
        maker.make(FOX, maker.upload())
        stack.run()
        assert maker.events() == [
            "batch_started",
            "clip_prepared",
            "video_recomposed",
            "clip_regenerating",
            "clip_complete",
            "batch_complete",
            "video_recomposed",
            "batch_succeeded",
            "job_ready",
        ]

    def test_a_job_of_words_only(self, world: World, stack: Stack, maker: JobMaker) -> None:
        job = maker.make(replace(FOX, size="320x180"), NewClip(prompt="a hare"))
        assert job.profile == MediaProfile(320, 180)
        stack.run()
        assert maker.job().status is JobStatus.READY
        # Without a size in the request, the model is asked for the job's.
        assert [(asked.width, asked.height) for asked in world.provider.requests] == [(320, 180)] * 2
        check(world, maker)

    def test_a_generated_clip_has_settings_of_its_own(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        picture = world.uploads.create_upload(an_upload("picture", kind="image"))
        world.objects.write(picture.key, fake_picture(), content_type="image/png")
        wanted = NewClip(prompt="a hare", model="choosy", size="720x1280", seconds="4")
        maker.make(maker.upload(), wanted, replace(FOX, references=by_upload("picture")))
        stack.run()
        tall, fox = world.provider.requests
        assert (tall.model, tall.width, tall.height, tall.duration_ms) == ("choosy", 720, 1280, 4000)
        (seen,) = fox.references
        assert (fox.model, fox.width, seen.media_type) == ("any", 640, "image/png")
        del world.objects.stored["uploads/picture"]
        assert seen.key in maker.job().keys
        check(world, maker)

    def test_every_clip_may_go_by_a_picture(self, world: World, maker: JobMaker) -> None:
        picture = world.uploads.create_upload(an_upload("picture", kind="image"))
        world.objects.write(picture.key, fake_picture(), content_type="image/png")
        maker.make(*[replace(FOX, references=by_upload("picture"))] * 100)
        job = maker.job()
        (kept,) = job.reference_files  # one copy, whatever uses it
        wanted = {clip.wanted[0].file for clip in world.jobs.read_clips(job.job_id, job.clip_ids)}
        assert (wanted, world.objects.find(kept.key) is not None) == ({kept}, True)
        assert world.jobs.all_deletions() == []

    def test_a_clip_changes_by_the_words_it_was_made_of(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        maker.make(FOX, maker.video("a hare", model="choosy"))
        stack.run()
        for index in (0, 1):
            maker.regenerate(index, "make it nighttime", key=f"batch-{index}")
            stack.run()
        assert [asked.prompt for asked in world.provider.requests[-2:]] == ["a red fox in snow", "a hare"]
        assert [asked.model for asked in world.provider.requests[-2:]] == ["any", "choosy"]

    def test_a_chosen_version_of_a_video(self, world: World, maker: JobMaker) -> None:
        clip = maker.video("a hare")
        assert clip.video_id is not None
        video = world.jobs.get_job(clip.video_id)
        (take,) = world.jobs.get_clip(video.job_id, video.clip_ids[0]).versions
        maker.make(replace(clip, version_id=take.version_id, title="Mine", prompt="my own words"))
        assert [(item.title, item.prompt) for item in maker.clips()] == [("Mine", "my own words")]

    def test_a_video_may_be_deleted_meanwhile(self, world: World, stack: Stack, maker: JobMaker) -> None:
        clip = maker.video("a hare")
        maker.make(clip)
        VideoMaker(world).delete(str(clip.video_id))
        stack.purge()
        stack.run()
        assert maker.job().status is JobStatus.READY
        assert [entry.reason for entry in world.jobs.all_deletions()] == ["source of a clip"]
        world.clock.advance(hours=25)
        stack.purge()
        assert world.objects.list_objects(f"clips/{MIXED}/source/") == []
        check(world, maker)

    def test_the_price_is_that_of_a_batch(self, world: World, maker: JobMaker) -> None:
        clips = [FOX, NewClip(prompt="a hare", model="choosy", seconds="4"), maker.upload(), FOX]
        estimate = maker.estimate(*clips)
        assert [(clip.clip_index, clip.cost) for clip in estimate.price.clips] == [
            (0, Decimal("0.0400")),
            (1, Decimal("0.4000")),
            (3, Decimal("0.0400")),
        ]
        assert estimate.price.total == Decimal("0.4320")  # three are generated: 10 % less
        assert world.jobs.all_jobs() == []
        maker.make(*clips)
        assert maker.batch().price == estimate.price
        assert maker.batch().estimated_time_s == estimate.estimated_time_s

    def test_files_cost_nothing(self, maker: JobMaker) -> None:
        estimate = maker.estimate(maker.upload())
        assert (estimate.price.total, estimate.estimated_time_s) == (Decimal(0), 0)


def refuse_source(_: Path) -> None:
    raise UnreadableMediaError("This is not a video.")


class TestWhatFails:
    def test_one_that_is_refused_takes_nothing_from_the_others(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        world.provider.outcome = fail("a hare")  # type: ignore[assignment]
        maker.make(FOX, NewClip(prompt="a hare"), maker.upload())
        stack.run()
        job = maker.job()
        assert (job.status, job.is_composed) == (JobStatus.READY, True)
        assert [clip.status for clip in maker.clips()] == [
            ClipStatus.READY,
            ClipStatus.FAILED,
            ClipStatus.READY,
        ]
        assert maker.clips()[1].failure == "The directed provider could not do it."
        assert (maker.batch().status, maker.batch().charged) == (BatchStatus.PARTIAL, Decimal("0.0400"))
        check(world, maker)

    def test_it_is_tried_again_with_the_same_words_or_with_others(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        world.provider.outcome = fail("a hare")  # type: ignore[assignment]
        maker.make(FOX, NewClip(prompt="a hare"))
        stack.run()
        maker.retry()
        stack.run()
        assert maker.clips()[1].status is ClipStatus.FAILED
        maker.regenerate(1, "a brown hare")
        stack.run()
        clip = maker.clips()[1]
        assert (clip.status, clip.failure, clip.prompt) == (ClipStatus.READY, None, "a brown hare")
        (take,) = world.jobs.get_clip(MIXED, clip.clip_id).versions
        assert (take.version_number, take.prompt, take.user_instruction) == (1, "a brown hare", None)
        assert maker.job().is_composed
        check(world, maker)

    def test_it_is_taken_out_and_then_there_is_nothing_to_try_again(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        world.provider.outcome = fail("a red fox in snow")  # type: ignore[assignment]
        maker.make(FOX, maker.upload())
        stack.run()
        with pytest.raises(ConflictError, match="No other clip has a take"):
            maker.remove(1)
        maker.remove(0)
        with pytest.raises(ConflictError, match="taken out of the job"):
            maker.retry()
        assert (maker.job().is_composed, len(maker.batches())) == (True, 1)

    def test_several_takes_of_one_that_failed_are_all_made_of_the_words(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        world.provider.outcome = fail("a hare")  # type: ignore[assignment]
        maker.make(FOX, NewClip(prompt="a hare"))
        stack.run()
        maker.regenerate(1, "a brown hare", takes=2)
        stack.run()
        assert [asked.source_key for asked in world.provider.requests[-2:]] == [None, None]
        assert maker.clips()[1].current_version == 1
        takes = world.jobs.get_clip(MIXED, maker.clips()[1].clip_id).versions
        assert [take.prompt for take in takes] == ["a brown hare"] * 2
        check(world, maker)

    def test_a_long_prompt_can_be_tried_again(self, world: World, stack: Stack, maker: JobMaker) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        maker.make(NewClip(prompt="a very " * 200 + "red fox"))
        stack.run()
        maker.retry()
        assert maker.job().status is JobStatus.PREPARING

    def test_nothing_that_could_be_generated_fails_the_job_until_it_is_retried(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        maker.make(FOX)
        stack.run()
        job = maker.job()
        assert (job.status, job.failure) == (
            JobStatus.FAILED,
            "“a red fox in snow” (clip 0): The directed provider could not do it.",
        )
        assert maker.batch().charged == 0
        world.provider.outcome = lambda _: ProviderJobStatus.SUCCEEDED
        maker.retry()
        assert (maker.job().status, maker.job().failure) == (JobStatus.PREPARING, None)
        stack.run()
        assert maker.job().status is JobStatus.READY
        check(world, maker)

    def test_an_upload_that_is_replaced_after_it_was_looked_at_does_not_become_the_clip(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        maker.make(FOX, maker.upload())
        other = world.objects.read("uploads/upload-1") + b" "
        world.objects.write("uploads/upload-1", other, content_type="video/mp4")
        stack.run()
        assert maker.job().status is JobStatus.FAILED
        assert "“shot.mp4” (clip 1): Another file was uploaded in its place" in (maker.job().failure or "")

    def test_a_file_that_cannot_be_used_fails_the_job_before_anything_is_paid(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        maker.make(FOX, maker.upload())
        world.normalizer.before = refuse_source
        stack.run()
        assert (maker.job().status, maker.job().failure) == (
            JobStatus.FAILED,
            "“shot.mp4” (clip 1): This is not a video.",
        )
        assert (maker.batch().status, maker.batch().charged) == (BatchStatus.FAILED, Decimal(0))
        assert world.provider.requests == []
        with pytest.raises(ConflictError, match="make a new job"):
            maker.retry()
        check(world, maker)

    def test_all_may_fail_where_there_are_files(self, world: World, stack: Stack, maker: JobMaker) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        maker.make(FOX, maker.upload())
        stack.run()
        job = maker.job()
        assert (job.status, job.failure, job.is_composed) == (JobStatus.READY, None, True)
        assert maker.batch().status is BatchStatus.FAILED
        check(world, maker)

    def test_cancelled_before_its_turn(self, world: World, stack: Stack, maker: JobMaker) -> None:
        maker.make(FOX, maker.upload())
        maker.cancel()
        stack.run()
        assert (maker.job().status, world.provider.requests) == (JobStatus.READY, [])
        check(world, maker)

    def test_a_job_of_words_cancelled_before_its_turn(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        maker.make(FOX)
        maker.cancel()
        stack.run()
        assert maker.job().failure == "“a red fox in snow” (clip 0): Cancelled before this clip was done."
        maker.retry()
        stack.run()
        assert maker.job().status is JobStatus.READY
        check(world, maker)

    def test_paused_before_its_turn_it_waits_for_its_person(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        maker.make(FOX, maker.upload())
        maker.pause()
        stack.settle()
        assert (maker.job().status, maker.batch().status) == (JobStatus.PREPARING, BatchStatus.WAITING)
        assert world.jobs.list_due(DueKind.PREPARATION, before=FAR_AHEAD, limit=10) == []
        maker.resume()
        stack.run()
        assert maker.job().status is JobStatus.READY
        check(world, maker)

    def test_resumed_while_files_are_worked_on_it_still_comes_after_them(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        maker.make(FOX, maker.upload())
        maker.pause()
        maker.resume()
        assert maker.batch().status is BatchStatus.WAITING
        stack.run()
        assert maker.events().index("clip_prepared") < maker.events().index("clip_regenerating")
        check(world, maker)

    def test_paused_and_cancelled_the_job_is_ready_with_its_files(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        maker.make(FOX, maker.upload())
        maker.pause()
        stack.run()
        maker.cancel()
        assert (maker.job().status, maker.clips()[0].status) == (JobStatus.READY, ClipStatus.FAILED)
        stack.run()
        check(world, maker)

    def test_what_exceeds_the_monthly_limit_is_refused_unwritten(self) -> None:
        world = World(limits=Limits(monthly_spend_limit=Decimal("0.05")))
        maker = JobMaker(world, Stack(world))
        with pytest.raises(SpendLimitError, match=r"needs \$0.08"):
            maker.make(FOX, maker.upload(), FOX)
        assert (world.jobs.all_jobs(), world.jobs.all_deletions()) == ([], [])
        maker.make(FOX)
        (month,) = world.usage.list_months(USER, since="2026-01")
        assert month.spent.reserved == Decimal("0.04")

    def test_a_late_take_brings_a_failed_job_to_life(
        self, world: World, stack: Stack, maker: JobMaker
    ) -> None:
        world.provider.polls = 3
        maker.make(FOX)
        while not world.provider.jobs:
            stack.tick()
        fail_preparation(world, stack, maker)
        assert maker.job().status is JobStatus.FAILED
        stack.settle()
        assert (maker.job().status, maker.job().is_composed) == (JobStatus.READY, True)
        assert maker.events()[-4:] == [
            "clip_complete",
            "version_landed_late",
            "job_ready",
            "video_recomposed",
        ]
        assert maker.batch().status is BatchStatus.SUCCEEDED, "what is known by now"
        check(world, maker)

    @pytest.mark.parametrize("is_taken_out", [False, True])
    def test_a_late_take_is_reported_where_its_clip_stands_by_then(
        self, world: World, stack: Stack, maker: JobMaker, *, is_taken_out: bool
    ) -> None:
        world.provider.polls = 3
        maker.make(FOX, maker.upload())
        while not world.provider.jobs:
            stack.tick()
        fail_preparation(world, stack, maker)
        if is_taken_out:
            maker.remove(0)
        else:
            maker.reorder(1, 0)
        stack.settle()
        reported = world.jobs.list_events(MIXED, after=0, limit=1000)
        (late,) = [event.data for event in reported if event.name == "version_landed_late"]
        assert (late["clip_index"], late["is_current"]) == (None if is_taken_out else 1, True)
        assert maker.job().is_composed

    def test_a_workflow_that_does_not_start(self, world: World, maker: JobMaker) -> None:
        world.workflow.refuses = True
        with pytest.raises(WorkflowUnavailableError):
            maker.make(FOX, maker.upload())
        assert (maker.job().status, maker.batch().status) == (JobStatus.FAILED, BatchStatus.FAILED)
        check(world, maker)


class TestFaults:
    @pytest.mark.parametrize(
        ("clip", "field"),
        [
            (NewClip(), "prompt"),
            (NewClip(prompt="  "), "prompt"),
            (NewClip(upload_id="upload-1", video_id="x"), "video_id"),
            (NewClip(upload_id="upload-1", version_id="x"), "version_id"),
            (NewClip(prompt="a fox", version_id="x"), "version_id"),
            (NewClip(upload_id="upload-1", model="any"), "model"),
            (NewClip(upload_id="upload-1", size="640x360"), "size"),
            (NewClip(video_id="x", seconds="5"), "seconds"),
            (NewClip(video_id="x", references=by_upload("upload-1", place=1)), "reference_upload_id"),
            (NewClip(prompt="a fox", model="ended"), "model"),
            (NewClip(prompt="a fox", model="choosy", size="640x360"), "size"),
            (NewClip(prompt="a fox", model="choosy", seconds="9"), "seconds"),
            (NewClip(prompt="a fox" * 10_000), "prompt"),
            (NewClip(prompt="a fox", references=by_upload("nothing", place=1)), "reference_upload_id"),
            (NewClip(video_id="nothing"), "video_id"),
            (NewClip(upload_id="nothing"), "upload_id"),
        ],
    )
    def test_a_clip_that_cannot_be_meant(
        self, world: World, maker: JobMaker, clip: NewClip, field: str
    ) -> None:
        with pytest.raises(InvalidRequestError) as refused:
            maker.make(maker.upload(), clip)
        fields = list(faults_of(refused))
        assert f"clips[1].{field}" in fields
        assert all(name.startswith("clips[1].") for name in fields)
        assert world.jobs.all_jobs() == []

    def test_every_fault_is_named_at_once(self, world: World, maker: JobMaker) -> None:
        clips = [NewClip(upload_id="none"), NewClip(video_id="none"), NewClip(prompt="a fox", size="1x1")]
        with pytest.raises(InvalidRequestError) as refused:
            maker.make(*clips)
        assert sorted(faults_of(refused)) == ["clips[0].upload_id", "clips[1].video_id", "clips[2].size"]
        assert world.jobs.all_deletions() == []

    def test_a_video_that_is_not_there_yet_or_never_was(self, world: World, maker: JobMaker) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        failed = maker.video("a fox")
        world.provider.outcome = lambda _: ProviderJobStatus.SUCCEEDED
        hers = maker.video("a hare", key="creation-2")
        job = world.jobs.get_job(str(hers.video_id))
        world.jobs.overwrite_job(replace(job, user_id="another-user"))
        with pytest.raises(InvalidRequestError) as refused:
            maker.make(failed, hers, NewClip(video_id=MIXED))
        assert list(faults_of(refused).values()) == [
            "The video could not be made; retry it first.",
            "There is no such video.",
            "There is no such video.",
        ]

    @pytest.mark.parametrize("state", [VersionState.ARCHIVED, VersionState.RESTORING, VersionState.DELETED])
    def test_a_version_that_cannot_be_read(self, world: World, maker: JobMaker, state: VersionState) -> None:
        clip = maker.video("a hare")
        video = world.jobs.get_job(str(clip.video_id))
        (take,) = world.jobs.get_clip(video.job_id, video.clip_ids[0]).versions
        world.jobs.commit(Change(video, (replace(take, state=state),)), now=world.clock.now())
        with pytest.raises(InvalidRequestError) as refused:
            maker.make(replace(clip, version_id=take.version_id), replace(clip, version_id="nothing"))
        details = faults_of(refused)
        assert details["clips[0].version_id"].startswith(f"Version 1 is {state}; ")
        assert details["clips[1].version_id"].endswith("/clips/0/versions lists them.")

    @pytest.mark.parametrize(
        "limits", [Limits(max_job_duration_ms=4000), Limits(max_job_bytes=10), Limits(max_clips=1)]
    )
    def test_the_caps_hold_for_the_mix(self, limits: Limits) -> None:
        world = World(limits=limits)
        maker = JobMaker(world, Stack(world))
        with pytest.raises(InvalidRequestError) as refused:
            maker.make(maker.upload(), FOX)
        assert list(faults_of(refused)) == ["clips"]

    def test_another_request_with_the_same_key(self, maker: JobMaker) -> None:
        maker.make(FOX)
        with pytest.raises(InvalidRequestError, match="Idempotency-Key"):
            maker.make(NewClip(prompt="a hare"))


def test_takes_of_videos_are_copied_side_by_side(
    world: World, maker: JobMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 100 of them one after another a request would not come to its end in time."""
    videos = [maker.video(f"fox {number}", key=f"creation-{number}") for number in range(4)]
    copy, together = world.objects.copy, Barrier(len(videos))

    def copy_together(*keys: Any, **options: Any) -> None:
        together.wait(timeout=30)
        copy(*keys, **options)

    monkeypatch.setattr(world.objects, "copy", copy_together)
    assert len(maker.make(*videos).clip_ids) == len(videos)
