"""End batches: the normal end, cancellation, and those whose workflow never started."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from retake.domain.batch_queue import START_LEASE, next_batch_of
from retake.domain.batches import abandon_regeneration, can_be_cancelled, settle_batch
from retake.domain.batches import finish_batch as decide_finish
from retake.domain.changes import Change
from retake.domain.doubts import is_doubt_over, may_be_paid
from retake.domain.errors import ConflictError, WorkflowUnavailableError
from retake.domain.held_batches import is_parked, park_batch, rests
from retake.domain.preparations import fail_clip, has_clips_to_fail
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.kinds import Record
from retake.domain.statuses import BatchStatus, JobStatus, RegenerationStatus
from retake.services.commits import change_job
from retake.services.context import Context

INTERRUPTED = "The service was interrupted before this clip was done. Retry the failed clips."
CANCELLED = "Cancelled before this clip was done."
CLIPS_PER_COMMIT = 20
"""Each is a generation, an event, a line of the history and, if it has no take, the clip; a DynamoDB
transaction holds 100 items."""


def finish_batch(
    job_id: str,
    batch_id: str,
    ctx: Context,
    *,
    recompose_error: str | None,
    reason: str = INTERRUPTED,
    run: int | None = None,
) -> Batch:
    """End a batch truthfully, release its job and start the next one; a repeat changes nothing.

    One with generations that may have been paid for stays open, and keeps its job, until they are found
    out: the reconciliation comes back to it. One that is held does not end: it leaves its turn to others.

    Args:
        job_id: The job.
        batch_id: The batch.
        recompose_error: Why the video could not be recomposed, if so.
        reason: What a clip that is not terminal yet is failed with.
        run: Number of the execution that is over; None for whichever. What works on the batch after that
            is not ended for it.
        ctx: The ports.
    """
    job = end_batch(job_id, batch_id, ctx, recompose_error=recompose_error, reason=reason, run=run)
    start_active(job, ctx)
    return ctx.jobs.get_batch(job_id, batch_id)


def end_batch(
    job_id: str,
    batch_id: str,
    ctx: Context,
    *,
    recompose_error: str | None,
    reason: str = INTERRUPTED,
    run: int | None = None,
) -> Job:
    """End a batch as ``finish_batch`` does, and leave starting the next one to the caller."""
    while _end_some_clips(job_id, batch_id, reason, ctx, run=run):
        pass
    while _keep_some_clips(job_id, batch_id, ctx):
        pass

    def decide(job: Job) -> tuple[Change | None, None]:
        batch = ctx.jobs.get_batch(job_id, batch_id)
        if batch.status.is_terminal or is_parked(job, batch) or run not in {None, batch.run}:
            return None, None
        regenerations = ctx.jobs.list_regenerations(job_id, batch.regeneration_ids)
        left = [item for item in regenerations if not item.status.is_terminal]
        unsettled = [item for item in left if not (rests(job, batch) and item.is_unsubmitted)]
        if unsettled:
            return settle_batch(job, batch, unsettled, now=ctx.clock.now(), most=CLIPS_PER_COMMIT), None
        next_id = next_batch_of(job, besides=batch_id)
        following = None if next_id is None else ctx.jobs.get_batch(job_id, next_id)
        if left:
            return park_batch(job, batch, next_batch=following, now=ctx.clock.now()), None
        batch = replace(batch, recompose_error=recompose_error)
        return decide_finish(job, batch, regenerations, next_batch=following, now=ctx.clock.now()), None

    return change_job(job_id, decide, ctx)[0]


def _keep_some_clips(job_id: str, batch_id: str, ctx: Context) -> bool:
    """Keep some of what a held batch has not started for as long as it takes; True when there may be more."""

    def decide(job: Job) -> tuple[Change | None, bool]:
        batch = ctx.jobs.get_batch(job_id, batch_id)
        if not rests(job, batch):
            return None, False
        return keep_drafts(job, batch, ctx)

    return change_job(job_id, decide, ctx)[1]


def keep_drafts(job: Job, batch: Batch, ctx: Context) -> tuple[Change | None, bool]:
    """Return what keeps some generations of a batch from expiring, and whether there may be more."""
    drafts = [
        item
        for item in ctx.jobs.list_regenerations(job.job_id, batch.regeneration_ids)
        if item.expires_at is not None
    ]
    if not drafts:
        return None, False
    kept = tuple(replace(item, expires_at=None) for item in drafts[:CLIPS_PER_COMMIT])
    return Change(job, kept), len(drafts) > CLIPS_PER_COMMIT


def _end_some_clips(job_id: str, batch_id: str, reason: str, ctx: Context, *, run: int | None) -> bool:
    """End some clips that are certainly not paid for, or whose time to be found out is over.

    Returns:
        Whether there may be more: a commit holds 100 items.
    """

    def decide(job: Job) -> tuple[Change | None, bool]:
        batch = ctx.jobs.get_batch(job_id, batch_id)
        if batch.status.is_terminal or run not in {None, batch.run}:
            return None, False
        unfinished = [
            item
            for item in ctx.jobs.list_regenerations(job_id, batch.regeneration_ids)
            if not item.status.is_terminal
            and _is_loose(item, job, ctx)
            and not (rests(job, batch) and item.is_unsubmitted)
        ]
        if not unfinished:
            return None, False
        cancelled = batch.cancel_requested_at is not None
        ended = [
            abandon_regeneration(
                item,
                status=RegenerationStatus.CANCELLED if cancelled else RegenerationStatus.FAILED,
                reason=CANCELLED if cancelled else reason,
                now=ctx.clock.now(),
            )
            for item in unfinished[:CLIPS_PER_COMMIT]
        ]
        regenerations = [item for item, _ in ended]
        puts: tuple[Record, ...] = (*regenerations, *_failed_clips(job, regenerations, ctx))
        return Change(job, puts, events=tuple(event for _, event in ended)), len(
            unfinished
        ) > CLIPS_PER_COMMIT

    return change_job(job_id, decide, ctx)[1]


def _is_loose(item: Regeneration, job: Job, ctx: Context) -> bool:
    """Whether nothing is to be found out of a generation (any more): of a job that goes nothing lands."""
    return job.status is JobStatus.DELETING or not may_be_paid(item) or is_doubt_over(item, ctx.clock.now())


def _failed_clips(job: Job, ended: Sequence[Regeneration], ctx: Context) -> Iterator[Clip]:
    if not has_clips_to_fail(job):
        return
    reasons = {item.clip_id: item.error for item in ended}
    for entry in ctx.jobs.list_takes(job.job_id, tuple(reasons)):
        yield from fail_clip(entry.clip, reasons[entry.clip.clip_id])


def start_active(job: Job, ctx: Context) -> None:
    """Start the batch that holds the job, if it has not started; a start that fails is repeated later.

    The batch's lease makes the reconciliation start it again, so nothing is lost when this fails.
    """
    if job.active_batch_id is None:
        return
    batch = ctx.jobs.get_batch(job.job_id, job.active_batch_id)
    if batch.status is not BatchStatus.STARTING:
        return
    try:
        ctx.workflow.start_batch(job.job_id, batch.batch_id, run=batch.run)
    except WorkflowUnavailableError:
        return


def end_unstarted_batch(batch: Batch, ctx: Context, *, reason: str) -> None:
    """Record a batch whose workflow certainly did not start as failed; nothing was charged."""
    finish_batch(
        batch.job_id,
        batch.batch_id,
        ctx,
        recompose_error=None,
        reason=f"The workflow could not be started: {reason}",
    )


def cancel_batch(job_id: str, batch_id: str, ctx: Context) -> Batch:
    """Cancel a batch, waiting or running; what is finished stays, is composed, and is charged.

    Raises:
        ConflictError: If the batch has ended, or nothing of it can be kept from being done any more.
    """

    def decide(job: Job) -> tuple[Change | None, bool]:
        batch = ctx.jobs.get_batch(job_id, batch_id)
        if batch.status.is_terminal:
            raise ConflictError(f"The batch has ended: it is {batch.status}.")
        is_waiting = job.active_batch_id != batch_id
        if batch.cancel_requested_at is not None:
            return None, is_waiting
        if not any(map(can_be_cancelled, ctx.jobs.list_regenerations(job_id, batch.regeneration_ids))):
            raise ConflictError(
                "Nothing of it can be cancelled any more: every clip has ended, or its result is here, "
                "becomes a take and is charged."
            )
        starting = batch.status is BatchStatus.STARTING
        batch = replace(
            batch,
            cancel_requested_at=ctx.clock.now(),
            status=BatchStatus.STARTING if starting else BatchStatus.CANCELLING,
            # Nothing runs that would end one that waits: should we die here, the reconciliation does.
            lease_until=ctx.clock.now() + START_LEASE if is_waiting else batch.lease_until,
        )
        return Change(job, (batch,)), is_waiting

    _, is_waiting = change_job(job_id, decide, ctx)
    if is_waiting:  # nothing runs that would end it
        finish_batch(job_id, batch_id, ctx, recompose_error=None)
    return ctx.jobs.get_batch(job_id, batch_id)
