"""Settle a batch whose execution stopped half-way, and compose the video that it left behind."""

from dataclasses import replace
from datetime import timedelta

from retake.domain.batch_queue import START_LEASE
from retake.domain.changes import Change
from retake.domain.errors import NotFoundError, RetakeError
from retake.domain.events.base import JobEvent
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.statuses import BatchStatus, JobStatus
from retake.ports.workflows import ExecutionStatus
from retake.services.batches.finish_batch import INTERRUPTED, finish_batch, start_active
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.generation.claims import Claim, send_poll, update_regeneration
from retake.services.videos.read_creation import INTERRUPTED as VIDEO_INTERRUPTED
from retake.services.videos.read_creation import NEVER_ACCEPTED, start_creation

COMPOSE_WAIT_S = 60
SLOW = "it takes longer than a minute; it is being tried again"
CANCEL_GRACE = timedelta(minutes=10)
"""How long a cancelled batch may drain before its execution is stopped."""

NO_TOKEN = "none"  # noqa: S105 - what a message carries of which no step waits


def settle_batch(job_id: str, batch_id: str, ctx: Context, *, ignore_leases: bool = False) -> bool:
    """Renew, start or end a batch, by the state of its execution.

    Returns:
        Whether nothing else would have gone on with it: it was started or ended here, and not before.
    """
    try:
        job = ctx.jobs.get_job(job_id)
        batch = ctx.jobs.get_batch(job_id, batch_id)
    except NotFoundError:
        return False
    if batch.status.is_terminal:
        return False
    if batch.settling_since is not None:
        _end(batch, ctx, ignore_leases=ignore_leases)
        return False
    if batch.is_creation:
        execution = ctx.workflow.describe_creation(batch_id)
    else:
        execution = ctx.workflow.describe_batch(batch_id, run=batch.run)
    if execution is ExecutionStatus.RUNNING:
        return _settle_running(batch, ctx, ignore_leases=ignore_leases)
    if execution is ExecutionStatus.MISSING and batch.status is BatchStatus.STARTING:
        _start(job, batch, ctx, ignore_leases=ignore_leases)
    else:
        _end(batch, ctx, ignore_leases=ignore_leases)
    return True


def _start(job: Job, batch: Batch, ctx: Context, *, ignore_leases: bool) -> None:
    if not batch.is_creation:
        start_active(job, ctx)
        _renew(batch, START_LEASE, ctx)
        return
    creation = ctx.creations.find_creation(batch.batch_id)
    if creation is None:  # the request died before it was accepted
        _end(batch, ctx, reason=NEVER_ACCEPTED, ignore_leases=ignore_leases)
        return
    start_creation(creation, ctx)
    _renew(batch, START_LEASE, ctx)


def _settle_running(batch: Batch, ctx: Context, *, ignore_leases: bool) -> bool:
    overdue = batch.cancel_requested_at and batch.cancel_requested_at + CANCEL_GRACE < ctx.clock.now()
    if overdue:
        if not batch.is_creation:  # other videos are made by the same execution
            cause = "The cancelled batch did not drain in time."
            ctx.workflow.stop_batch(batch.batch_id, run=batch.run, cause=cause)
        _end(batch, ctx, ignore_leases=ignore_leases)
        return True
    if batch.lease_until is not None and batch.lease_until <= ctx.clock.now():
        _renew(batch, ctx.limits.batch_lease, ctx)
    return False


def _renew(batch: Batch, lease: timedelta, ctx: Context) -> None:
    def decide(job: Job) -> tuple[Change | None, None]:
        found = ctx.jobs.get_batch(job.job_id, batch.batch_id)
        if found.status.is_terminal:
            return None, None
        return Change(job, (replace(found, lease_until=ctx.clock.now() + lease),)), None

    change_job(batch.job_id, decide, ctx)


def _end(batch: Batch, ctx: Context, *, ignore_leases: bool, reason: str | None = None) -> None:
    """Compose what is there, then end the batch; what may have been paid for is found out first."""
    error = compose_video(batch.job_id, ctx)
    ended = finish_batch(
        batch.job_id,
        batch.batch_id,
        ctx,
        recompose_error=error,
        reason=reason or (VIDEO_INTERRUPTED if batch.is_creation else INTERRUPTED),
        run=batch.run,
    )
    if ended.settling_since is not None:
        for item in ctx.jobs.list_regenerations(batch.job_id, batch.regeneration_ids):
            _find_out(item, ctx, ignore_leases=ignore_leases)


def _find_out(regeneration: Regeneration, ctx: Context, *, ignore_leases: bool) -> None:
    """Send the message of a generation that may have been paid for again: its own may be lost."""
    if regeneration.status.is_terminal:
        return
    if regeneration.result_key is not None:
        ctx.workers.ingest_late(regeneration)
    elif regeneration.provider_job_id is not None:
        send_poll(regeneration, ctx)
    else:
        if ignore_leases:
            _lapse(regeneration, ctx)
        token = regeneration.task_token or NO_TOKEN
        ctx.queue.send_submit(regeneration, token=token, delay_s=0)


def _lapse(regeneration: Regeneration, ctx: Context) -> None:
    """End the lease of a submission whose worker is gone."""

    def lapsed(claim: Claim) -> tuple[Regeneration | None, tuple[JobEvent, ...]]:
        found, now = claim.regeneration, ctx.clock.now()
        if found.status.is_terminal or found.submit_lease_until is None:
            return None, ()
        return replace(found, submit_lease_until=min(found.submit_lease_until, now)), ()

    update_regeneration(regeneration.job_id, regeneration.regeneration_id, lapsed, ctx)


def compose_video(job_id: str, ctx: Context) -> str | None:
    """Compose a job's video where it is behind; return why that did not succeed, if so."""
    job = ctx.jobs.get_job(job_id)
    # Also one whose clips are still being made: those that are there are going to be all there is.
    if job.is_composed or not job.has_takes or job.status not in {JobStatus.READY, JobStatus.PREPARING}:
        return None
    try:
        done = ctx.workers.recompose(job_id, wait_s=COMPOSE_WAIT_S)
    except RetakeError as error:
        return str(error)
    return None if done else SLOW
