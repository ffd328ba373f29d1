"""Delete jobs, and bring one back that was deleted a moment ago."""

from dataclasses import replace
from datetime import datetime, timedelta

from retake.domain.batch_queue import START_LEASE
from retake.domain.changes import Change
from retake.domain.errors import ConflictError, GoneError
from retake.domain.events.jobs import JobUndeleted
from retake.domain.records.jobs import Job
from retake.domain.statuses import BatchStatus, JobStatus
from retake.services.batches.finish_batch import finish_batch
from retake.services.commits import change_job
from retake.services.context import Context

SAFETY = timedelta(minutes=1)
"""Before its purge a job is not brought back any more: a request may take half a minute to commit."""


def delete_job(job_id: str, ctx: Context, *, at_once: bool = False) -> None:
    """Mark a job as deleted; its batches are cancelled, its objects and records are purged after that.

    Args:
        job_id: The job.
        ctx: The ports.
        at_once: Whether the purge need not wait until it cannot be brought back any more.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        now = ctx.clock.now()
        purged_at = now if at_once else now + timedelta(minutes=ctx.limits.undelete_minutes)
        if job.status is JobStatus.DELETING:
            sooner = job.lease_until is None or purged_at < job.lease_until
            return (Change(replace(job, lease_until=purged_at)) if at_once and sooner else None), None
        active = [job.active_batch_id] if job.active_batch_id is not None else []
        batches = [ctx.jobs.get_batch(job_id, batch_id) for batch_id in (*active, *job.waiting_batch_ids)]
        cancelled = tuple(
            replace(batch, cancel_requested_at=batch.cancel_requested_at or now) for batch in batches
        )
        going = replace(job, status=JobStatus.DELETING, deleted_from=job.status, lease_until=purged_at)
        return Change(going, cancelled), None

    change_job(job_id, decide, ctx)


def undelete_until(job: Job) -> datetime | None:
    """Return until when a deleted job can be brought back; None where it cannot be."""
    if job.status is not JobStatus.DELETING or job.lease_until is None:
        return None
    return job.lease_until - SAFETY if job.deleted_from in {JobStatus.READY, JobStatus.FAILED} else None


def undelete_job(job_id: str, ctx: Context) -> Job:
    """Undo the deletion of a job; one that was not deleted is unchanged.

    What ran when it was deleted was cancelled, and stays so.

    Raises:
        NotFoundError: If it is purged.
        GoneError: If it is about to be.
        ConflictError: If it was still being prepared: what was to be made of its files was dropped.
    """
    waiting: tuple[str, ...] = ()

    def decide(job: Job) -> tuple[Change | None, None]:
        nonlocal waiting
        waiting = ()
        if job.status is not JobStatus.DELETING:
            return None, None
        now = ctx.clock.now()
        if job.deleted_from not in {JobStatus.READY, JobStatus.FAILED} or job.additions:
            raise ConflictError("It was still being prepared when it was deleted; make it again.")
        until = undelete_until(job)
        if until is None or now > until:
            raise GoneError("The time in which a deleted job can be brought back is over.")
        waiting = job.waiting_batch_ids
        # Nothing runs that would end them: should this request die, the reconciliation does.
        ended = tuple(
            replace(
                ctx.jobs.get_batch(job_id, batch_id),
                status=BatchStatus.CANCELLING,
                lease_until=now + START_LEASE,
            )
            for batch_id in waiting
        )
        back = replace(job, status=job.deleted_from, deleted_from=None, lease_until=None)
        return Change(back, ended, events=(JobUndeleted(status=back.status),)), None

    change_job(job_id, decide, ctx)
    for batch_id in waiting:
        finish_batch(job_id, batch_id, ctx, recompose_error=None)
    return ctx.jobs.get_job(job_id)
