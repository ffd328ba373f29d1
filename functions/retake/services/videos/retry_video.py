"""Retry a video that failed or was cancelled: another generation with the same prompt."""

from dataclasses import dataclass

from retake.domain.changes import Change
from retake.domain.errors import ConflictError, InvalidRequestError, WorkflowUnavailableError
from retake.domain.records.jobs import Job
from retake.domain.videos import Creation, CreationMode, VideoDetails, VideoStatus
from retake.services.batches.finish_batch import end_unstarted_batch
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.usage.allowances import require_budget
from retake.services.videos.generate_again import (
    plan_generation,
    record_generation,
)
from retake.services.videos.read_creation import start_creation


@dataclass(frozen=True)
class RetryRequest:
    """Which video to make again.

    Attributes:
        retry_id: Derived from the idempotency key.
        model: Name of the model that makes it; None for the one that was to make it.
    """

    retry_id: str
    user_id: str
    request_hash: str
    video_id: str
    model: str | None = None


def retry_video(request: RetryRequest, ctx: Context) -> Job:
    """Return the video, ``processing`` again.

    Raises:
        ConflictError: If it is not one that failed or was cancelled.
        InvalidRequestError: If its model is no more, or the named one cannot make it.
        StorageBudgetExceededError, SpendLimitError: If the user may add nothing now.
        WorkflowUnavailableError: The workflow refused to start; the video is failed again.
    """
    repeated = ctx.creations.find_creation(request.retry_id)
    if repeated is not None and repeated.request_hash != request.request_hash:
        raise InvalidRequestError("This Idempotency-Key was used for another request; use a new one.")
    creation = repeated or _accept(request, ctx)
    job = ctx.jobs.get_job(request.video_id)
    if job.active_batch_id == request.retry_id:
        _start(creation, job, ctx, is_repeat=repeated is not None)
    return ctx.jobs.get_job(request.video_id)


def _accept(request: RetryRequest, ctx: Context) -> Creation:
    require_budget(request.user_id, ctx)

    def decide(job: Job) -> tuple[Change | None, None]:
        if job.video is None:
            raise ConflictError("This is no video; regenerate its clips instead.")
        if job.video.batch_id == request.retry_id:  # the same request died, or runs, a step further
            return None, None
        if job.video.status not in {VideoStatus.FAILED, VideoStatus.CANCELLED} or job.active_batch_id:
            raise ConflictError(_why_not(job.video))
        change = plan_generation(
            job, request.retry_id, ctx, request_hash=request.request_hash, model=request.model
        )
        return change, None

    job, _ = change_job(request.video_id, decide, ctx)
    return record_generation(
        job, request.retry_id, ctx, mode=CreationMode.RETRY, request_hash=request.request_hash
    )


def _start(creation: Creation, job: Job, ctx: Context, *, is_repeat: bool) -> None:
    try:
        start_creation(creation, ctx)
    except WorkflowUnavailableError as error:
        if is_repeat:  # it may have been started by the request before; the reconciliation sees to it
            raise
        end_unstarted_batch(ctx.jobs.get_batch(job.job_id, creation.creation_id), ctx, reason=error.detail)
        raise


def _why_not(video: VideoDetails) -> str:
    why = f"The video is {video.status}; only one that failed or was cancelled is made again."
    if video.doubt is None:
        return f"{why} Nothing was started or charged."
    return (
        f"{why} {video.doubt.awaited} It is known by {video.doubt.until:%H:%M:%S} UTC at the latest. "
        "Nothing was started or charged."
    )
