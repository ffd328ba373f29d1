"""End batches: the normal end, cancellation, and those whose workflow never started."""

from collections.abc import Sequence
from dataclasses import replace

from retake.domain.batches import fail_regeneration
from retake.domain.batches import finish_batch as decide_finish
from retake.domain.changes import Change, EventDraft
from retake.domain.errors import ConflictError, WorkflowUnavailableError
from retake.domain.records import Batch, Job, Regeneration
from retake.domain.statuses import BatchStatus, RegenerationStatus
from retake.ports import Clock, JobRepository, WorkflowEngine
from retake.services.commits import change_job

INTERRUPTED = "The service was interrupted before this clip was done. Retry the failed clips."
CANCELLED = "Cancelled before this clip was done."
CLIP_GONE = "The regeneration's record is gone."


def finish_batch(
    job_id: str,
    batch_id: str,
    *,
    recompose_error: str | None,
    jobs: JobRepository,
    workflow: WorkflowEngine,
    clock: Clock,
    reason: str = INTERRUPTED,
) -> Batch:
    """End a batch truthfully, release its job and start the next one; a repeat changes nothing.

    Args:
        job_id: The job.
        batch_id: The batch.
        recompose_error: Why the video could not be recomposed, if so.
        jobs: Where jobs are kept.
        workflow: Starts the batch whose turn it is.
        clock: The time.
        reason: What a clip that is not terminal yet is failed with.
    """

    def decide(job: Job) -> tuple[Change | None, Batch]:
        batch = jobs.get_batch(job_id, batch_id)
        if batch.status.is_terminal:
            return None, batch
        batch = replace(batch, recompose_error=recompose_error)
        loose = jobs.list_regenerations(job_id, batch.regeneration_ids)
        return _decide_end(job, batch, loose, reason, jobs, clock), batch

    job, _ = change_job(jobs, clock, job_id, decide)
    start_active(job, jobs=jobs, workflow=workflow)
    return jobs.get_batch(job_id, batch_id)


def _decide_end(  # noqa: PLR0917 - private, called with what its three callers have at hand
    job: Job,
    batch: Batch,
    regenerations: Sequence[Regeneration],
    reason: str,
    jobs: JobRepository,
    clock: Clock,
) -> Change:
    now = clock.now()
    ended: list[Regeneration] = []
    told: list[EventDraft] = []
    for item in regenerations:
        if item.status.is_terminal:
            ended.append(item)
            continue
        cancelled = batch.cancel_requested_at is not None
        loose, event = fail_regeneration(
            item,
            status=RegenerationStatus.CANCELLED if cancelled else RegenerationStatus.FAILED,
            reason=CANCELLED if cancelled else reason,
            now=now,
        )
        ended.append(loose)
        told.append(event)
    waiting = [item for item in job.waiting_batch_ids if item != batch.batch_id]
    following = jobs.get_batch(job.job_id, waiting[0]) if waiting else None
    change = decide_finish(job, batch, ended, next_batch=following, now=now)
    loose_ends = [item for item, before in zip(ended, regenerations, strict=True) if item is not before]
    return replace(change, puts=(*change.puts, *loose_ends), events=(*told, *change.events))


def start_active(job: Job, *, jobs: JobRepository, workflow: WorkflowEngine) -> None:
    """Start the batch that holds the job, if it has not started; a start that fails is repeated later.

    The batch's lease makes the reconciliation start it again, so nothing is lost when this fails.
    """
    if job.active_batch_id is None:
        return
    batch = jobs.get_batch(job.job_id, job.active_batch_id)
    if batch.status is not BatchStatus.STARTING:
        return
    try:
        workflow.start_batch(job.job_id, batch.batch_id)
    except WorkflowUnavailableError:
        return


def end_unstarted_batch(
    batch: Batch, *, reason: str, jobs: JobRepository, workflow: WorkflowEngine, clock: Clock
) -> None:
    """Record a batch whose workflow certainly did not start as failed; nothing was charged."""
    finish_batch(
        batch.job_id,
        batch.batch_id,
        recompose_error=None,
        jobs=jobs,
        workflow=workflow,
        clock=clock,
        reason=f"The workflow could not be started: {reason}",
    )


def cancel_batch(job_id: str, batch_id: str, *, jobs: JobRepository, clock: Clock) -> Batch:
    """Cancel a batch, waiting or running; what is finished stays and is composed.

    Raises:
        ConflictError: If the batch has ended.
    """

    def decide(job: Job) -> tuple[Change | None, Batch]:
        batch = jobs.get_batch(job_id, batch_id)
        if batch.status.is_terminal:
            raise ConflictError(f"The batch has ended: it is {batch.status}.")
        if batch.cancel_requested_at is not None:
            return None, batch
        batch = replace(batch, cancel_requested_at=clock.now())
        if job.active_batch_id != batch_id:
            regenerations = jobs.list_regenerations(job_id, batch.regeneration_ids)
            return _decide_end(job, batch, regenerations, CANCELLED, jobs, clock), batch
        running = batch.status is BatchStatus.RUNNING
        batch = replace(batch, status=BatchStatus.CANCELLING if running else batch.status)
        return Change(job, (batch,)), batch

    change_job(jobs, clock, job_id, decide)
    return jobs.get_batch(job_id, batch_id)
