"""Resume a paused video: another generation, started once for any number of calls."""

from contextlib import suppress

from retake.domain.changes import Change
from retake.domain.errors import ConflictError, WorkflowUnavailableError
from retake.domain.records.jobs import Job
from retake.domain.videos import Creation, CreationMode, resume_id_of
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.usage.allowances import require_budget
from retake.services.videos.generate_again import (
    plan_generation,
    record_generation,
)
from retake.services.videos.pause_video import require_video
from retake.services.videos.read_creation import start_creation


def resume_video(video_id: str, ctx: Context) -> Job:
    """Return the video, no longer paused; one that is being made already is no error.

    Raises:
        ConflictError: If it has ended.
        InvalidRequestError: If its model is no more; it stays paused.
        StorageBudgetExceededError, SpendLimitError: If the user may add nothing now; it stays paused.
    """
    job = ctx.jobs.get_job(video_id)
    video = require_video(job)
    if not video.status.is_open:
        raise ConflictError(f"The video is {video.status}; only a paused one is resumed.")
    if video.paused_at is None:
        return job
    require_budget(job.user_id, ctx)
    creation = _create(job, resume_id_of(video_id, video.batch_id), ctx)

    def decide(job: Job) -> tuple[Change | None, None]:
        now = require_video(job)
        if now.paused_at is None or now.batch_id != video.batch_id:  # another request was faster
            return None, None
        return _plan(job, creation.creation_id, ctx), None

    job, _ = change_job(video_id, decide, ctx)
    if job.active_batch_id == creation.creation_id:
        # Should it not start now, the batch's lease makes the reconciliation start it.
        with suppress(WorkflowUnavailableError):
            start_creation(creation, ctx)
    return ctx.jobs.get_job(video_id)


def _create(job: Job, resume_id: str, ctx: Context) -> Creation:
    """Write what the execution is started for, first: the reconciliation needs it, should we die."""
    planned = _plan(job, resume_id, ctx)  # refused before anything is written
    return record_generation(planned.job, resume_id, ctx, mode=CreationMode.RESUME, request_hash=resume_id)


def _plan(job: Job, resume_id: str, ctx: Context) -> Change:
    return plan_generation(job, resume_id, ctx, request_hash=resume_id)
