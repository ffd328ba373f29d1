"""Accept a batch of regenerations: whole or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from retake.domain.batch_queue import batches_before
from retake.domain.batches import accept_batch as decide_acceptance
from retake.domain.changes import Change
from retake.domain.doubts import adopt_submission
from retake.domain.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    TooManyWaitingError,
    WorkflowUnavailableError,
)
from retake.domain.holds import Hold, holds_for, month_of
from retake.domain.pricing import PriceBreakdown
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.statuses import BatchStatus
from retake.services.batches.draft_takes import are_drafts_of, draft_takes
from retake.services.batches.finish_batch import end_unstarted_batch
from retake.services.batches.price_batch import PricedBatch, price_request
from retake.services.batches.validation import RegenerateRequest
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.usage.require_budget import require_budget
from retake.services.usage.reserve_spending import reserve_spending


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
    content: RegenerateRequest
    retry_of: str | None = None


@dataclass(frozen=True)
class AcceptedBatch:
    """The accepted batch, its regenerations in order, and how many batches are before it."""

    batch: Batch
    regenerations: tuple[Regeneration, ...]
    waiting_behind: int
    priced: PricedBatch | None


def accept_batch(request: BatchRequest, ctx: Context) -> AcceptedBatch:
    """Write the batch and start it, or let it wait its turn.

    Raises:
        NotFoundError, ConflictError, InvalidRequestError, TooManyWaitingError,
        StorageBudgetExceededError, SpendLimitError: Nothing was written.
        WorkflowUnavailableError: The workflow refused to start; the batch is recorded as failed.
    """
    drafts: tuple[Regeneration, ...] = ()
    month = month_of(ctx.clock.now())

    def decide(job: Job) -> tuple[Change | None, PricedBatch | None]:
        nonlocal drafts
        # Looked for at every attempt: the same request may be accepted at this very moment.
        if _find_batch(request, ctx) is not None:
            return None, None
        if len(job.waiting_batch_ids) >= ctx.limits.max_waiting_batches:
            raise TooManyWaitingError(
                f"{len(job.waiting_batch_ids)} batches already wait on this job; "
                "cancel one, or wait for batch_succeeded, batch_partial or batch_failed."
            )
        priced = price_request(job, request.content, ctx)
        require_budget(request.user_id, ctx)
        holds = holds_of(priced.price, month)
        reserves = reserve_spending(request.user_id, holds, month, ctx)
        now = ctx.clock.now()
        origin = _find_origin(request, ctx)
        if not are_drafts_of(priced.clips, drafts):  # the first attempt, or clips changed places meanwhile
            new = draft_takes(request.job_id, request.batch_id, priced.clips, ctx, now=now)
            held = (replace(draft, hold=hold) for draft, hold in zip(new, holds, strict=True))
            drafts = tuple(held) if origin is None else _adopting(held, origin, ctx)
            ctx.jobs.put_drafts(drafts)
        batch = Batch(
            job_id=job.job_id,
            batch_id=request.batch_id,
            user_id=request.user_id,
            status=BatchStatus.WAITING,
            queue_number=0,
            regeneration_ids=tuple(item.regeneration_id for item in drafts),
            price=priced.price,
            estimated_time_s=priced.estimated_time_s,
            created_at=now,
            request_hash=request.request_hash,
            retry_of=request.retry_of,
        )
        indexes = [clip.clip_index for clip in priced.clips]
        change = decide_acceptance(job, batch, clip_indexes=indexes, now=now)
        if origin is not None:
            retried = replace(origin, retried_by=batch.batch_id)
            change = replace(change, puts=(*change.puts, retried))
        return replace(change, reserves=reserves), priced

    job, priced = change_job(request.job_id, decide, ctx)
    batch = ctx.jobs.get_batch(request.job_id, request.batch_id)
    if priced is None:
        _require_started(batch)
        regenerations = ctx.jobs.list_regenerations(request.job_id, batch.regeneration_ids)
        return AcceptedBatch(batch, tuple(regenerations), batches_before(job, batch.batch_id), None)
    if job.active_batch_id == batch.batch_id:
        _start(batch, ctx)
    return AcceptedBatch(batch, drafts, batches_before(job, batch.batch_id), priced)


def holds_of(price: PriceBreakdown, month: str) -> tuple[Hold | None, ...]:
    """Return what is set aside for each clip of a batch: together, its total."""
    return holds_for((clip.cost for clip in price.clips), rate=price.discount_rate, month=month)


def _find_origin(request: BatchRequest, ctx: Context) -> Batch | None:
    """Return the batch that this one retries. Raises ``ConflictError`` where another one does by now."""
    if request.retry_of is None:
        return None
    origin = ctx.jobs.get_batch(request.job_id, request.retry_of)
    if origin.retried_by is not None:
        raise ConflictError(
            f"This batch is being retried already, as batch {origin.retried_by}; nothing was started or "
            "charged."
        )
    return origin


def _adopting(drafts: Iterable[Regeneration], origin: Batch, ctx: Context) -> tuple[Regeneration, ...]:
    """Return the takes of a retry with the submissions of those that they repeat."""
    found = ctx.jobs.list_regenerations(origin.job_id, origin.regeneration_ids)
    earlier = {(item.clip_id, item.take): item for item in found}
    return tuple(adopt_submission(draft, earlier.get((draft.clip_id, draft.take))) for draft in drafts)


def _require_started(batch: Batch) -> None:
    """Repeat the refusal where the first request was refused: its batch will never run."""
    if batch.status is BatchStatus.FAILED and batch.started_at is None:
        raise WorkflowUnavailableError(
            f"The batch could not be started: {batch.cause}. Use a new Idempotency-Key to try again."
        )


def _start(batch: Batch, ctx: Context) -> None:
    try:
        ctx.workflow.start_batch(batch.job_id, batch.batch_id)
    except WorkflowUnavailableError as error:
        end_unstarted_batch(batch, ctx, reason=error.detail)
        raise


def _find_batch(request: BatchRequest, ctx: Context) -> Batch | None:
    """Return the batch that this request made before. Raises ``InvalidRequestError`` for another's key."""
    try:
        batch = ctx.jobs.get_batch(request.job_id, request.batch_id)
    except NotFoundError:
        return None
    if batch.request_hash != request.request_hash:
        raise InvalidRequestError("This Idempotency-Key was used for another request; use a new one.")
    return batch
