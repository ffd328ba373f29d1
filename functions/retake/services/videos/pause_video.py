"""Pause and cancel videos that the provider was not asked for yet.

Pausing ends the generation, certainly unpaid, and its batch; its branch of ``CreateVideos`` finds nothing
left to make and ends. So no task token waits, no lease runs, and nothing of a paused video can be
submitted by a message that comes late. Resuming is another generation, as a retry is.
"""

from dataclasses import replace

from retake.domain.batches import fail_regeneration, finish_batch
from retake.domain.changes import Change
from retake.domain.errors import ConflictError, NotFoundError
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus, RegenerationStatus
from retake.domain.videos import VideoDetails
from retake.services.batches.finish_batch import cancel_batch
from retake.services.commits import change_job
from retake.services.context import Context

PAUSED = "Paused before the provider was asked; nothing was charged."


def pause_video(video_id: str, ctx: Context) -> Job:
    """Pause a video; a repeat changes nothing.

    Raises:
        ConflictError: If it has ended, or the provider may have been asked.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        video = require_video(job)
        if video.paused_at is not None:
            return None, None
        if not video.status.is_open:
            raise ConflictError(f"The video is {video.status}; only one that still waits can be paused.")
        batch = ctx.jobs.get_batch(video_id, video.batch_id)
        regeneration = ctx.jobs.get_regeneration(video_id, video.regeneration_id)
        _require_unasked(batch, regeneration)
        now = ctx.clock.now()
        ended, event = fail_regeneration(
            regeneration, status=RegenerationStatus.CANCELLED, reason=PAUSED, now=now
        )
        change = finish_batch(job, replace(batch, paused_at=now), [ended], next_batch=None, now=now)
        return replace(change, puts=(ended, *change.puts), events=(event, *change.events)), None

    return change_job(video_id, decide, ctx)[0]


def cancel_video(video_id: str, ctx: Context) -> Job:
    """Cancel a video that is being made, or is paused.

    Raises:
        ConflictError: If it has ended.
    """

    def decide(job: Job) -> tuple[Change | None, VideoDetails]:
        video = require_video(job)
        if not video.status.is_open:
            raise ConflictError(f"The video is {video.status}; only one that is processing is cancelled.")
        if video.paused_at is None:
            return None, video
        batch = ctx.jobs.get_batch(video_id, video.batch_id)
        # The video follows its batch (``retake.domain.video_tracking``): one that is over, and not paused.
        return Change(job, (replace(batch, paused_at=None, cancel_requested_at=ctx.clock.now()),)), video

    job, video = change_job(video_id, decide, ctx)
    if video.paused_at is None:
        cancel_batch(video_id, video.batch_id, ctx)
    return ctx.jobs.get_job(job.job_id)


def require_video(job: Job) -> VideoDetails:
    """Return what a job has besides. Raises ``NotFoundError`` where it is no video (any more)."""
    if job.video is None or job.status is JobStatus.DELETING:
        raise NotFoundError(f"There is no video {job.job_id!r}.")
    return job.video


def _require_unasked(batch: Batch, regeneration: Regeneration) -> None:
    if batch.cancel_requested_at is not None:
        raise ConflictError("The video is being cancelled; it cannot be paused.")
    if not regeneration.is_unsubmitted:
        raise ConflictError(
            "The provider has been asked for this video, and what was submitted cannot be paused. "
            "Let it end, or cancel it."
        )
