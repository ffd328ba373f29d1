"""Videos from the request to the take: what is checked, written, reported, retried and charged."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from retake.domain.creations import CreationStatus, progress_of
from retake.domain.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    ProviderRejectedError,
    StorageBudgetExceededError,
    WorkflowUnavailableError,
)
from retake.domain.records.jobs import Job
from retake.domain.statuses import BatchStatus, JobStatus, RegenerationStatus
from retake.domain.videos import Project, VideoFilter, VideoStatus
from retake.ports.providers import ProviderJobStatus
from retake.ports.workflows import ExecutionStatus
from retake.services.batches.finish_batch import cancel_batch
from retake.services.references.requested import RequestedReference
from retake.services.upkeep.reconcile import reconcile, settle_execution
from retake.services.upkeep.settle_batch import CANCEL_GRACE
from retake.services.videos.plan_videos import VideoRequest
from tests.builders import USER, an_upload, by_upload
from tests.fakes.clocks import START
from tests.fakes.fake_media import fake_picture, fake_video
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.invariants import check_objects, check_payments, check_usage
from tests.unit.services.video_maker import CREATION, VideoMaker

FOX = "a red fox in snow"


@pytest.fixture
def viewer(world: World) -> VideoMaker:
    return VideoMaker(world)


def only(viewer: VideoMaker, key: str = CREATION) -> Job:
    (job,) = viewer.creation(key).videos
    return job


def faults_of(refused: pytest.ExceptionInfo[InvalidRequestError]) -> dict[str, str]:
    return {fault.field: fault.detail for fault in refused.value.faults}


class TestTheUsualWay:
    def test_a_record_exists_before_anything_is_submitted(self, world: World, viewer: VideoMaker) -> None:
        viewer.create(VideoRequest(FOX, title="Fox", size="640x360", seconds="5"))
        job = only(viewer)
        assert job.video is not None
        assert (job.status, job.video.status, job.video.progress) == (JobStatus.PREPARING, "processing", 0)
        assert (job.title, job.video.prompt, job.video.size) == ("Fox", FOX, "640x360")
        assert (job.video.duration_ms, job.video.estimated_cost) == (5000, Decimal("0.0600"))
        assert world.provider.requests == []
        assert viewer.reported() == ["video_processing"]
        assert world.user_events.get_feed(USER).processing == 1

    def test_it_ends_with_a_take_and_its_cost(self, world: World, viewer: VideoMaker, stack: Stack) -> None:
        viewer.create(VideoRequest(FOX, size="640x360", seconds="5"))
        stack.run()
        job = only(viewer)
        assert job.video is not None
        assert (job.status, job.video.status, job.video.progress) == (JobStatus.READY, "completed", 100)
        assert (job.video.actual_cost, job.video.provider) == (Decimal("0.0600"), "directed")
        assert job.is_composed
        assert job.active_batch_id is None
        (take,) = world.jobs.get_clip(job.job_id, job.clip_ids[0]).versions
        assert (take.version_number, take.prompt, take.user_instruction) == (1, FOX, None)
        assert (take.cost, take.duration_ms) == (Decimal("0.0600"), 5000)
        assert viewer.reported() == ["video_processing", "video_completed"]
        assert world.user_events.get_feed(USER).processing == 0
        assert world.workflow.creations[CREATION] is ExecutionStatus.SUCCEEDED
        check_usage(world.jobs, world.objects, world.usage, [job])

    def test_a_batch_is_listed_in_the_order_of_the_request(self, world: World, viewer: VideoMaker) -> None:
        prompts = [f"a red fox, number {number}" for number in range(3)]
        viewer.create(*prompts)
        listed = world.jobs.list_videos(USER, VideoFilter(), limit=20, cursor=None).items
        assert [job.video.prompt for job in reversed(listed) if job.video] == prompts

    def test_the_provider_is_asked_for_a_new_video(
        self, world: World, viewer: VideoMaker, stack: Stack
    ) -> None:
        viewer.create(VideoRequest(FOX, model="choosy", size="720x1280", seconds="4"))
        stack.run()
        (request,) = world.provider.requests
        assert (request.instruction, request.prompt, request.source_key) == (FOX, "", None)
        assert (request.model, request.width, request.height) == ("choosy", 720, 1280)
        assert (request.duration_ms, request.seed) == (4000, viewer.videos()[0].seed)

    def test_videos_are_made_side_by_side(self, world: World, viewer: VideoMaker, stack: Stack) -> None:
        world.provider.polls = 2
        viewer.create("a fox", "a hare", "an owl")
        for _ in range(40):
            if len(world.provider.requests) == 3:
                break
            assert stack.tick()
        assert viewer.statuses() == [VideoStatus.PROCESSING] * 3
        stack.run()
        assert viewer.statuses() == [VideoStatus.COMPLETED] * 3
        assert len({video.seed for video in viewer.videos()}) == 3
        assert progress_of(viewer.videos()).actual_cost == Decimal("0.1800")

    def test_one_that_fails_does_not_stop_the_others(
        self, world: World, viewer: VideoMaker, stack: Stack
    ) -> None:
        world.provider.outcome = lambda words: (
            ProviderJobStatus.FAILED if words == "a hare" else ProviderJobStatus.SUCCEEDED
        )
        viewer.create("a fox", "a hare", "an owl")
        stack.run()
        assert viewer.statuses() == ["completed", "failed", "completed"]
        failed = viewer.videos()[1]
        assert failed.error == "The directed provider could not do it."
        assert failed.actual_cost is None
        progress = progress_of(viewer.videos())
        assert (progress.status, progress.percent) == (CreationStatus.PARTIAL, 100)
        assert viewer.reported(viewer.creation().videos[1].job_id) == ["video_processing", "video_failed"]

    def test_the_reason_of_a_refusal_is_the_providers(
        self, world: World, viewer: VideoMaker, stack: Stack
    ) -> None:
        world.provider.refusals.append(ProviderRejectedError("This is against our rules."))
        viewer.create(FOX)
        stack.run()
        assert (viewer.statuses(), viewer.videos()[0].error) == (["failed"], "This is against our rules.")
        assert world.workflow.creations[CREATION] is ExecutionStatus.FAILED

    def test_one_that_stays_silent_is_failed_after_its_models_time(
        self, world: World, viewer: VideoMaker, stack: Stack
    ) -> None:
        world.provider.polls = 100_000
        viewer.create(VideoRequest(FOX, model="choosy", seconds="4"))
        stack.run()
        assert viewer.statuses() == ["failed"]
        assert "10 minutes" in (viewer.videos()[0].error or "")
        assert world.clock.now() - START >= timedelta(seconds=600)

    def test_a_finished_video_is_a_job_whose_clip_can_be_regenerated(
        self, world: World, viewer: VideoMaker, stack: Stack
    ) -> None:
        viewer.create(FOX)
        stack.run()
        assert world.jobs.list_jobs(USER, limit=10, cursor=None).items == []
        assert viewer.listed() == [FOX]


class TestWhatIsRefused:
    def test_every_fault_is_named_with_what_is_offered(self, world: World, viewer: VideoMaker) -> None:
        asked_for = [
            VideoRequest(" ", model="choosy", size="1920x1080", seconds="9", field="videos[0]."),
            VideoRequest(FOX, model="unknown", field="videos[1]."),
            VideoRequest(FOX, model="ended", field="videos[2]."),
        ]
        with pytest.raises(InvalidRequestError) as refused:
            viewer.create(*asked_for)
        faults = faults_of(refused)
        assert set(faults) == {
            "videos[0].prompt",
            "videos[0].size",
            "videos[0].seconds",
            "videos[1].model",
            "videos[2].model",
        }
        assert "1280x720, 720x1280" in faults["videos[0].size"]
        assert "4, 6, 8 s" in faults["videos[0].seconds"]
        assert "any" in faults["videos[2].model"]
        assert world.jobs.all_jobs() == []

    @pytest.mark.parametrize("seconds", ["", "soon", "NaN", "0", "-4", "1e9"])
    def test_a_length_that_is_none(self, viewer: VideoMaker, seconds: str) -> None:
        with pytest.raises(InvalidRequestError) as refused:
            viewer.create(VideoRequest(FOX, seconds=seconds))
        assert set(faults_of(refused)) == {"seconds"}

    @pytest.mark.parametrize("size", ["", "big", "1280", "1280x", "641x360", "4000x2000", "\uff11280x720"])
    def test_a_size_that_is_none(self, viewer: VideoMaker, size: str) -> None:
        with pytest.raises(InvalidRequestError) as refused:
            viewer.create(VideoRequest(FOX, size=size))
        assert set(faults_of(refused)) == {"size"}

    def test_more_videos_than_allowed(self, viewer: VideoMaker) -> None:
        with pytest.raises(InvalidRequestError) as refused:
            viewer.create(*[FOX] * 4)
        assert faults_of(refused) == {"videos": "From 1 to 3; this has 4."}

    def test_a_project_that_is_another_users(self, world: World, viewer: VideoMaker) -> None:
        world.projects.create_project(Project("hers", "another-user", "Hers", START))
        with pytest.raises(InvalidRequestError) as refused:
            viewer.create(FOX, project_id="hers")
        assert set(faults_of(refused)) == {"project_id"}

    def test_a_full_storage(self, world: World, viewer: VideoMaker) -> None:
        storage = world.usage.get_storage(USER)
        world.usage.put_storage(type(storage)(USER, budget_bytes=0))
        with pytest.raises(StorageBudgetExceededError):
            viewer.create(FOX)
        assert world.jobs.all_jobs() == []

    def test_a_key_that_was_used_for_another_request(self, viewer: VideoMaker) -> None:
        viewer.create(FOX)
        with pytest.raises(InvalidRequestError):
            viewer.create("a hare")

    def test_a_length_between_two_is_cut_from_the_longer_one_and_paid_as_that(
        self, viewer: VideoMaker
    ) -> None:
        viewer.create(VideoRequest(FOX, model="choosy", seconds="5"))
        assert viewer.videos()[0].duration_ms == 5000
        assert viewer.videos()[0].estimated_cost == Decimal("0.6000")

    def test_a_model_that_is_about_to_end_warns(self, viewer: VideoMaker) -> None:
        creation = viewer.create(VideoRequest(FOX, model="unpriced")).creation
        assert creation.estimated_cost is None
        assert len(creation.warnings) == 1


class TestReferences:
    def upload(self, world: World, content: bytes, **fields: Any) -> str:
        upload = world.uploads.create_upload(an_upload(**fields))
        world.objects.write(upload.key, content, content_type="video/mp4")
        return upload.upload_id

    def test_a_reference_is_kept_and_handed_to_the_provider(
        self, world: World, viewer: VideoMaker, stack: Stack
    ) -> None:
        wanted = VideoRequest(FOX, references=by_upload(self.upload(world, fake_video(2))))
        job = viewer.create(wanted).videos[0]
        stack.run()
        (request,) = world.provider.requests
        (reference,) = request.references
        assert (reference.role, reference.media_type) == ("video", "video/mp4")
        assert reference.key.startswith(f"clips/{job.job_id}/reference/")
        job = world.jobs.get_job(job.job_id)
        assert reference.key in job.keys
        check_usage(world.jobs, world.objects, world.usage, [job])
        check_objects(world.jobs, world.objects, [job.job_id], world.jobs.all_deletions())

    @pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
    def test_a_picture_is_what_its_content_is(
        self, world: World, viewer: VideoMaker, stack: Stack, kind: str
    ) -> None:
        upload_id = self.upload(world, fake_picture(kind), kind="image", content_type="image/png")
        viewer.create(VideoRequest(FOX, model="unpriced", references=by_upload(upload_id)))
        stack.run()
        assert world.provider.requests[0].references[0].media_type == f"image/{kind}"
        assert viewer.statuses() == ["completed"]
        assert (viewer.videos()[0].estimated_cost, viewer.videos()[0].actual_cost) == (None, None)

    @pytest.mark.parametrize(
        ("fields", "content", "model"),
        [
            ({"kind": "audio"}, fake_video(), "any"),
            ({"kind": "image"}, fake_video(), "any"),
            ({"user_id": "another-user"}, fake_video(), "any"),
            ({}, b"no video", "any"),
            ({}, fake_video(), "choosy"),
            ({}, fake_video(), "unpriced"),
        ],
        ids=[
            "sound",
            "a video said to be a picture",
            "another job's",
            "no video",
            "words only",
            "pictures only",
        ],
    )
    def test_a_reference_that_cannot_be_used(
        self, world: World, viewer: VideoMaker, fields: dict[str, Any], content: bytes, model: str
    ) -> None:
        upload_id = self.upload(world, content, **fields)
        with pytest.raises(InvalidRequestError) as refused:
            viewer.create(VideoRequest(FOX, model=model, references=by_upload(upload_id)))
        assert set(faults_of(refused)) == {"reference_upload_id"}
        assert world.jobs.all_jobs() == []


class TestRepeats:
    def test_a_repeat_finds_the_same_videos(self, world: World, viewer: VideoMaker, stack: Stack) -> None:
        first = viewer.create("a fox", "a hare")
        again = viewer.create("a fox", "a hare")
        assert again == first
        stack.run()
        assert viewer.create("a fox", "a hare").creation == first.creation
        check_payments(world.provider.accepted)
        assert len(world.provider.requests) == 2

    def test_a_workflow_that_refuses_leaves_failed_videos(self, world: World, viewer: VideoMaker) -> None:
        world.workflow.refuses = True
        with pytest.raises(WorkflowUnavailableError):
            viewer.create("a fox", "a hare")
        assert viewer.statuses() == ["failed", "failed"]
        assert world.provider.requests == []

    def test_a_workflow_that_refuses_a_repeat_ends_nothing_that_runs(
        self, world: World, viewer: VideoMaker, stack: Stack
    ) -> None:
        world.limits = replace(world.limits, videos_at_once=1)
        world.provider.polls = 3
        viewer.create("a fox", "a hare")
        stack.run_until(lambda: world.provider.jobs)
        world.workflow.refuses = True
        with pytest.raises(WorkflowUnavailableError):
            viewer.create("a fox", "a hare")
        world.workflow.refuses = False
        stack.settle()
        assert viewer.statuses() == ["completed", "completed"]

    def test_so_of_a_retry(self, world: World, viewer: VideoMaker, stack: Stack) -> None:
        world.provider.refusals = [ProviderRejectedError("No.")]
        viewer.create("a fox")
        stack.settle()
        (video,) = viewer.creation().videos
        world.provider.polls = 3
        viewer.retry(video.job_id)
        world.workflow.refuses = True
        with pytest.raises(WorkflowUnavailableError):
            viewer.retry(video.job_id)
        world.workflow.refuses = False
        stack.settle()
        assert viewer.statuses() == ["completed"]


class TestCancelRetryDelete:
    def test_cancel(self, world: World, viewer: VideoMaker, stack: Stack) -> None:
        world.provider.polls = 5
        viewer.create("a fox", "a hare")
        for _ in range(30):
            stack.tick()
        viewer.cancel(viewer.creation().videos[0].job_id)
        stack.run()
        assert viewer.statuses() == ["cancelled", "completed"]
        assert len(world.provider.cancelled) == 1
        assert viewer.videos()[0].error == "Cancelled before it was done."

    def test_a_cancelled_video_whose_branch_is_silent_is_ended_without_stopping_the_others(
        self, world: World, viewer: VideoMaker
    ) -> None:
        viewer.create("a fox", "a hare")
        viewer.cancel(viewer.creation().videos[0].job_id)
        world.clock.advance(seconds=CANCEL_GRACE.total_seconds() + 1)
        reconcile(world.ctx)
        assert viewer.statuses() == ["cancelled", "processing"]
        assert world.workflow.stopped == []

    def test_retry(self, world: World, viewer: VideoMaker, stack: Stack) -> None:
        fails = [True]
        world.provider.outcome = lambda _: (
            ProviderJobStatus.FAILED if fails[0] else ProviderJobStatus.SUCCEEDED
        )
        viewer.create(FOX)
        stack.run()
        video_id, seed = only(viewer).job_id, viewer.videos()[0].seed
        fails[0] = False
        for _ in range(2):
            job = viewer.retry(video_id)
        assert job.video is not None
        assert (job.status, job.video.status, job.video.progress) == (JobStatus.PREPARING, "processing", 0)
        assert job.video.error is None
        stack.run()
        assert viewer.statuses() == viewer.statuses("retry-1") == ["completed"]
        assert viewer.videos()[0].seed != seed
        assert len(world.provider.requests) == 2
        assert viewer.reported() == [
            "video_processing",
            "video_failed",
            "video_processing",
            "video_completed",
        ]
        assert world.user_events.get_feed(USER).processing == 0

    def test_a_retry_with_another_model_is_priced_and_made_with_it(
        self, world: World, viewer: VideoMaker, stack: Stack
    ) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        viewer.create(VideoRequest(FOX, model="any", size="1280x720", seconds="4"))
        stack.run()
        world.provider.outcome = lambda _: ProviderJobStatus.SUCCEEDED
        job = viewer.retry(only(viewer).job_id, model="choosy")
        assert job.video is not None
        assert (job.video.model, job.video.estimated_cost) == ("choosy", Decimal("0.4000"))
        stack.run()
        (video,) = viewer.videos()
        assert (video.status, video.actual_cost) == ("completed", Decimal("0.4000"))
        assert [request.model for request in world.provider.requests] == ["any", "choosy"]
        assert world.jobs.get_take(job.job_id, job.clip_ids[0], None).clip.model == "choosy"
        check_payments(world.provider.accepted)

    @pytest.mark.parametrize(
        ("model", "size", "picture", "why"),
        [
            ("unknown", "1280x720", False, "There is no model"),
            ("ended", "1280x720", False, "taken down"),
            ("choosy", "640x360", False, "does not make '640x360'"),
            ("choosy", "1280x720", True, "takes no first frame"),
        ],
    )
    def test_a_model_that_does_not_make_the_video_is_refused_before_anything_is_paid(
        self,
        world: World,
        viewer: VideoMaker,
        stack: Stack,
        *,
        model: str,
        size: str,
        picture: bool,
        why: str,
    ) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        given: tuple[RequestedReference, ...] = ()
        if picture:
            upload = world.uploads.create_upload(an_upload(kind="image", content_type="image/png"))
            world.objects.write(upload.key, fake_picture("png"), content_type="image/png")
            given = by_upload(upload.upload_id)
        viewer.create(VideoRequest(FOX, model="any", size=size, seconds="4", references=given))
        stack.run()
        before = only(viewer)
        with pytest.raises(InvalidRequestError) as refused:
            viewer.retry(before.job_id, model=model)
        assert why in faults_of(refused)["model"]
        assert only(viewer) == before
        assert len(world.provider.requests) == 1

    def test_only_what_failed_is_retried(self, viewer: VideoMaker, stack: Stack) -> None:
        viewer.create(FOX)
        with pytest.raises(ConflictError):
            viewer.retry(only(viewer).job_id)
        stack.run()
        with pytest.raises(ConflictError):
            viewer.retry(only(viewer).job_id)

    def test_delete_while_it_is_made(self, world: World, viewer: VideoMaker, stack: Stack) -> None:
        world.provider.polls = 5
        viewer.create("a fox", "a hare")
        for _ in range(30):
            stack.tick()
        gone = viewer.creation().videos[0].job_id
        viewer.delete(gone)
        assert viewer.listed() == ["a hare"]
        assert viewer.reported(gone) == ["video_processing", "video_cancelled"]
        stack.run()
        assert viewer.statuses() == ["completed"]
        assert world.user_events.get_feed(USER).processing == 0
        world.clock.advance(hours=3)
        stack.purge()
        stack.purge()
        with pytest.raises(NotFoundError):
            world.jobs.get_job(gone)
        assert not [info for info in world.objects.list_objects("clips/") if gone in info.key]

    def test_a_result_that_came_after_the_end_is_shown(
        self, world: World, viewer: VideoMaker, stack: Stack
    ) -> None:
        viewer.create(FOX)
        while not any(
            item.status is RegenerationStatus.INGESTING
            for item in world.jobs.list_regenerations(
                only(viewer).job_id, [viewer.videos()[0].regeneration_id]
            )
        ):
            assert stack.tick()
        stack.abort_creation(CREATION)
        settle_execution({"creation_id": CREATION, "videos": [{"job_id": only(viewer).job_id}]}, world.ctx)
        assert viewer.statuses() == ["in_doubt"]
        with pytest.raises(ConflictError, match=r"being made a take. It is known by 12:15:\d\d UTC"):
            viewer.retry(only(viewer).job_id)
        stack.settle()
        assert viewer.statuses() == ["completed"]
        assert only(viewer).is_composed
        assert viewer.reported() == ["video_processing", "video_in_doubt", "video_completed"]
        assert world.user_events.get_feed(USER).processing == 0
        batch = world.jobs.get_batch(only(viewer).job_id, CREATION)
        assert batch.status is BatchStatus.SUCCEEDED

    def test_cancelling_what_is_done(self, world: World, viewer: VideoMaker, stack: Stack) -> None:
        viewer.create(FOX)
        stack.run()
        with pytest.raises(ConflictError):
            cancel_batch(only(viewer).job_id, CREATION, world.ctx)
