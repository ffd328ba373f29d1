"""What a person does who makes jobs of files, videos and words, in a few words."""

from typing import Any

from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Clip, Job
from retake.domain.videos import CreationMode
from retake.services.batches.accept_batch import BatchRequest, accept_batch
from retake.services.batches.change_queue import pause_batch, resume_batch
from retake.services.batches.finish_batch import cancel_batch
from retake.services.batches.retry_batch import retry_batch
from retake.services.batches.validation import ClipInstruction, RegenerateRequest
from retake.services.jobs.change_timeline import remove_clip, reorder_clips
from retake.services.jobs.create_job import create_job
from retake.services.jobs.delete_job import delete_job
from retake.services.jobs.estimate_job import JobEstimate, estimate_job
from retake.services.jobs.job_request import JobRequest, NewClip
from retake.services.videos.create_videos import CreationRequest, create_videos
from retake.services.videos.plan_videos import VideoRequest
from tests.builders import USER, an_upload
from tests.fakes.fake_media import fake_video
from tests.fakes.stack import Stack
from tests.fakes.world import World

MIXED = "mixed-job"


class JobMaker:
    """Asks for one job and looks at it."""

    def __init__(self, world: World, stack: Stack) -> None:
        self.world = world
        self.stack = stack

    def upload(self, name: str = "upload-1", *, seconds: float = 2, **made: Any) -> NewClip:
        """Return a clip of an upload that has arrived."""
        upload = self.world.uploads.create_upload(an_upload(name))
        self.world.objects.write(upload.key, fake_video(seconds, **made), content_type="video/mp4")
        return NewClip(upload_id=name)

    def video(self, prompt: str = "a fox", *, key: str = "creation-1", **wanted: Any) -> NewClip:
        """Return a clip of a video that is finished."""
        asked_for = [VideoRequest(prompt, **wanted)]
        request = CreationRequest(key, USER, "hash", CreationMode.SINGLE, asked_for)
        made = create_videos(request, self.world.ctx)
        self.stack.run()
        return NewClip(video_id=made.videos[0].job_id)

    def make(self, *clips: NewClip, **request: Any) -> Job:
        return create_job(self.request(*clips, **request), self.world.ctx)

    def request(self, *clips: NewClip, **request: Any) -> JobRequest:
        return JobRequest(MIXED, USER, f"hash of {clips}", "Film", clips, **request)

    def estimate(self, *clips: NewClip, **request: Any) -> JobEstimate:
        asked = self.request(*clips, **request)
        return estimate_job(asked, self.world.ctx)

    def job(self) -> Job:
        return self.world.jobs.get_job(MIXED)

    def clips(self) -> list[Clip]:
        return [self.world.jobs.get_clip(MIXED, clip_id).clip for clip_id in self.job().clip_ids]

    def batches(self) -> list[Batch]:
        return list(self.world.jobs.list_batches(MIXED, limit=100, cursor=None).items)

    def batch(self) -> Batch:
        """Return the job's first batch: it makes the takes of the clips that have no file."""
        return self.batches()[-1]

    def cancel(self) -> None:
        world = self.world
        cancel_batch(MIXED, self.batch().batch_id, world.ctx)

    def pause(self) -> None:
        world = self.world
        pause_batch(MIXED, self.batches()[0].batch_id, world.ctx)

    def resume(self) -> None:
        world = self.world
        resume_batch(MIXED, self.batches()[0].batch_id, world.ctx)

    def delete(self) -> None:
        delete_job(MIXED, self.world.ctx)

    def remove(self, index: int) -> None:
        world = self.world
        remove_clip(MIXED, index, world.ctx, if_revision=None)

    def reorder(self, *order: int) -> None:
        world = self.world
        reorder_clips(MIXED, order, world.ctx, if_revision=None)

    def retry(self, *, key: str = "retry-1") -> None:
        retry_batch(
            BatchRequest(MIXED, USER, key, "hash", RegenerateRequest(())),
            self.batches()[0],
            self.world.ctx,
        )

    def regenerate(self, index: int, words: str, *, takes: int = 1, key: str = "again-1") -> None:
        wanted = RegenerateRequest([ClipInstruction(index, words, takes=takes)])
        accept_batch(BatchRequest(MIXED, USER, key, "hash", wanted), self.world.ctx)

    def events(self) -> list[str]:
        return [event.name for event in self.world.jobs.list_events(MIXED, after=0, limit=1000)]
