"""Pause, resume and reorder the batches that wait on a job."""

from collections.abc import Sequence

from retake.domain.batch_queue import pause_batch as decide_pause
from retake.domain.batch_queue import reorder_batches as decide_order
from retake.domain.batch_queue import resume_batch as decide_resumption
from retake.domain.changes import Change
from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Job
from retake.services.batches.finish_batch import keep_drafts, start_active
from retake.services.commits import change_job
from retake.services.context import Context


def pause_batch(job_id: str, batch_id: str, ctx: Context) -> Batch:
    """Pause a waiting batch until it is resumed; a repeat changes nothing.

    Raises:
        NotFoundError: If the job has no such batch.
        ConflictError: If it does not wait (any more).
    """
    # Before it is paused: a batch may be paused for longer than what only waits is kept.
    while _keep_some(job_id, batch_id, ctx):
        pass

    def decide(job: Job) -> tuple[Change | None, Batch]:
        batch = ctx.jobs.get_batch(job_id, batch_id)
        return decide_pause(job, batch), batch

    return change_job(job_id, decide, ctx)[1]


def resume_batch(job_id: str, batch_id: str, ctx: Context) -> Batch:
    """Resume a paused batch, and start it if the job is free; a repeat changes nothing.

    Raises:
        NotFoundError: If the job has no such batch.
        ConflictError: If it has ended, or is being cancelled.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        return decide_resumption(job, ctx.jobs.get_batch(job_id, batch_id), now=ctx.clock.now()), None

    job, _ = change_job(job_id, decide, ctx)
    start_active(job, ctx)
    return ctx.jobs.get_batch(job_id, batch_id)


def reorder_batches(job_id: str, order: Sequence[str], ctx: Context, *, if_tag: int | None) -> Job:
    """Reorder the waiting batches.

    Raises:
        PreconditionFailedError, InvalidRequestError, ConflictError: See
            ``retake.domain.batch_queue.reorder_batches``; nothing was changed.
    """
    return change_job(job_id, lambda job: (decide_order(job, order, if_tag=if_tag), None), ctx)[0]


def _keep_some(job_id: str, batch_id: str, ctx: Context) -> bool:
    """Keep some drafts of a batch for as long as it takes; True when there may be more."""

    def decide(job: Job) -> tuple[Change | None, bool]:
        batch = ctx.jobs.get_batch(job_id, batch_id)
        decide_pause(job, batch)  # refused before anything is written
        return keep_drafts(job, batch, ctx)

    return change_job(job_id, decide, ctx)[1]
