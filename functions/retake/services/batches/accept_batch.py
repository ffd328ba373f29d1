"""Accept a batch of regenerations: whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from retake.domain.batches import accept_batch as decide_acceptance
from retake.domain.catalogue import Model
from retake.domain.changes import Change
from retake.domain.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    TooManyWaitingError,
    WorkflowUnavailableError,
)
from retake.domain.limits import Limits
from retake.domain.records import Batch, Job, Regeneration
from retake.domain.statuses import BatchStatus, RegenerationStatus
from retake.ports.jobs import JobRepository
from retake.ports.requests import GenerationTimes
from retake.ports.system import Clock, Ids
from retake.ports.usage import UsageRepository
from retake.ports.workflows import WorkflowEngine
from retake.services.batches.finish_batch import end_unstarted_batch
from retake.services.batches.price_batch import ClipInstruction, PricedBatch, price_request
from retake.services.commits import change_job
from retake.services.usage.require_budget import require_budget

DRAFT_RETENTION = timedelta(days=30)
"""A regeneration that no worker ever claimed is forgotten after this; its batch keeps the result."""


@dataclass(frozen=True)
class BatchRequest:
    """What a person asks for.

    Attributes:
        batch_id: Derived from the idempotency key, so that a repeat cannot make a second batch.
        request_hash: Hash of the body.
    """

    job_id: str
    user_id: str
    batch_id: str
    request_hash: str
    clips: Sequence[ClipInstruction]
    instruction: str | None = None
    retry_of: str | None = None


@dataclass(frozen=True)
class AcceptedBatch:
    """The accepted batch, its regenerations, and how many batches are before it."""

    batch: Batch
    regenerations: tuple[Regeneration, ...]
    waiting_behind: int
    priced: PricedBatch | None


def accept_batch(
    request: BatchRequest,
    *,
    jobs: JobRepository,
    workflow: WorkflowEngine,
    clock: Clock,
    ids: Ids,
    model: Model,
    limits: Limits,
    times: GenerationTimes,
    usage: UsageRepository,
) -> AcceptedBatch:
    """Write the batch and start it, or let it wait its turn.

    Raises:
        NotFoundError, ConflictError, InvalidRequestError, TooManyWaitingError,
        StorageBudgetExceededError: Nothing was written.
        WorkflowUnavailableError: The workflow refused to start; the batch is recorded as failed.
    """
    drafts: dict[str, Regeneration] = {}

    def decide(job: Job) -> tuple[Change | None, PricedBatch | None]:
        # Looked for at every attempt: the same request may be accepted at this very moment.
        if _find_batch(request, jobs) is not None:
            return None, None
        if len(job.waiting_batch_ids) >= limits.max_waiting_batches:
            raise TooManyWaitingError(
                f"{len(job.waiting_batch_ids)} batches already wait on this job; "
                "cancel one, or wait for batch_succeeded, batch_partial or batch_failed."
            )
        priced = price_request(
            job,
            request.clips,
            request.instruction,
            jobs=jobs,
            model=model,
            limits=limits,
            clock=clock,
            times=times,
        )
        require_budget(request.user_id, usage=usage, limits=limits)
        now = clock.now()
        if [item.clip_id for item in drafts.values()] != [clip.clip_id for clip in priced.clips]:
            drafts.clear()  # the first attempt, or the clips changed places meanwhile
            drafts.update(_drafts(request, priced, model, ids, now))
            jobs.put_drafts(tuple(drafts.values()))
        batch = Batch(
            job_id=job.job_id,
            batch_id=request.batch_id,
            user_id=request.user_id,
            status=BatchStatus.WAITING,
            queue_number=0,
            regeneration_ids=tuple(drafts),
            price=priced.price,
            estimated_time_s=priced.estimated_time_s,
            created_at=now,
            request_hash=request.request_hash,
            retry_of=request.retry_of,
        )
        indexes = [clip.clip_index for clip in priced.clips]
        return decide_acceptance(job, batch, clip_indexes=indexes, now=now), priced

    job, priced = change_job(jobs, clock, request.job_id, decide)
    batch = jobs.get_batch(request.job_id, request.batch_id)
    if priced is None:
        _require_started(batch)
        regenerations = jobs.list_regenerations(request.job_id, batch.regeneration_ids)
        return AcceptedBatch(batch, tuple(regenerations), position_of(job, batch.batch_id), None)
    if job.active_batch_id == batch.batch_id:
        _start(batch, jobs=jobs, workflow=workflow, clock=clock)
    return AcceptedBatch(batch, tuple(drafts.values()), position_of(job, batch.batch_id), priced)


def _require_started(batch: Batch) -> None:
    """Repeat the refusal where the first request was refused: its batch will never run."""
    if batch.status is BatchStatus.FAILED and batch.started_at is None:
        raise WorkflowUnavailableError(
            f"The batch could not be started: {batch.cause}. Use a new Idempotency-Key to try again."
        )


def _start(batch: Batch, *, jobs: JobRepository, workflow: WorkflowEngine, clock: Clock) -> None:
    try:
        workflow.start_batch(batch.job_id, batch.batch_id)
    except WorkflowUnavailableError as error:
        end_unstarted_batch(batch, reason=error.detail, jobs=jobs, workflow=workflow, clock=clock)
        raise


def position_of(job: Job, batch_id: str) -> int:
    """Return how many batches are before this one; 0 for the active or an ended one."""
    if batch_id not in job.waiting_batch_ids:
        return 0
    return job.waiting_batch_ids.index(batch_id) + (job.active_batch_id is not None)


def _find_batch(request: BatchRequest, jobs: JobRepository) -> Batch | None:
    """Return the batch that this request made before. Raises ``InvalidRequestError`` for another's key."""
    try:
        batch = jobs.get_batch(request.job_id, request.batch_id)
    except NotFoundError:
        return None
    if batch.request_hash != request.request_hash:
        raise InvalidRequestError("This Idempotency-Key was used for another request; use a new one.")
    return batch


def _drafts(
    request: BatchRequest, priced: PricedBatch, model: Model, ids: Ids, now: datetime
) -> dict[str, Regeneration]:
    drafts = {}
    for clip, price in zip(priced.clips, priced.price.clips, strict=True):
        regeneration_id = ids.new()
        drafts[regeneration_id] = Regeneration(
            job_id=request.job_id,
            regeneration_id=regeneration_id,
            batch_id=request.batch_id,
            clip_id=clip.clip_id,
            clip_index=clip.clip_index,
            instruction=clip.instruction,
            status=RegenerationStatus.QUEUED,
            seed=int(regeneration_id.replace("-", "")[:8], 16),
            estimated_cost=price.cost,
            created_at=now,
            # Whatever the settings say when its turn comes: it is made by what it was priced for.
            model=model.name,
            deadline_s=model.deadline_s,
            expires_at=now + DRAFT_RETENTION,
        )
    return drafts


def retry_batch(
    request: BatchRequest,
    batch: Batch,
    *,
    jobs: JobRepository,
    workflow: WorkflowEngine,
    clock: Clock,
    ids: Ids,
    model: Model,
    limits: Limits,
    times: GenerationTimes,
    usage: UsageRepository,
) -> AcceptedBatch:
    """Start a new batch of the clips that did not succeed, with their instructions.

    Raises:
        ConflictError: If the batch still runs, or every clip of it succeeded.
    """
    if not batch.status.is_terminal:
        raise ConflictError(f"The batch is {batch.status}; only an ended batch can be retried.")
    failed = [
        item
        for item in jobs.list_regenerations(batch.job_id, batch.regeneration_ids)
        if item.status is not RegenerationStatus.SUCCEEDED
    ]
    if not failed:
        raise ConflictError("Every clip of this batch succeeded; there is nothing to retry.")
    job = jobs.get_job(batch.job_id)
    again = [
        ClipInstruction(job.clip_ids.index(item.clip_id), item.instruction)
        for item in failed
        if item.clip_id in job.clip_ids
    ]
    repeated = BatchRequest(
        job_id=request.job_id,
        user_id=request.user_id,
        batch_id=request.batch_id,
        request_hash=request.request_hash,
        clips=again,
        retry_of=batch.batch_id,
    )
    return accept_batch(
        repeated,
        jobs=jobs,
        workflow=workflow,
        clock=clock,
        ids=ids,
        model=model,
        limits=limits,
        times=times,
        usage=usage,
    )
