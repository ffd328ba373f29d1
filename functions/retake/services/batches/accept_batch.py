"""Accept a batch of regenerations, whole or not at all, and write its takes before that."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from retake.domain.batch_clips import BatchClip
from retake.domain.batch_queue import accept_batch as decide_acceptance
from retake.domain.batch_queue import batches_before
from retake.domain.changes import Change
from retake.domain.doubts import adopt_submission
from retake.domain.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    TooManyWaitingError,
    WorkflowUnavailableError,
)
from retake.domain.holds import Hold
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.sources import KeptFile
from retake.domain.spending import holds_of, month_of
from retake.domain.statuses import BatchStatus, RegenerationStatus
from retake.services.batches.finish_batch import end_unstarted_batch
from retake.services.batches.line_references import MAX_REFERENCE_FILES, keep_line_uploads
from retake.services.batches.price_batch import PricedBatch, price_request
from retake.services.batches.validation import RegenerateRequest
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.usage.allowances import require_budget, reserve_spending


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


@dataclass(frozen=True)
class DraftedFor:
    """What drafts were written for; they are written again where another attempt finds it otherwise.

    Attributes:
        clips: The clips, with their words, models and prices.
        holds: What is set aside for each take.
        repeated: The generations that they repeat, as they were read.
    """

    clips: tuple[BatchClip, ...]
    holds: tuple[Hold | None, ...]
    repeated: tuple[Regeneration, ...] = ()


def accept_batch(
    request: BatchRequest, ctx: Context, *, content_of: Callable[[Job], RegenerateRequest] | None = None
) -> AcceptedBatch:
    """Write the batch and start it, or let it wait its turn.

    Args:
        request: What is asked for.
        ctx: The ports.
        content_of: Returns the content by the job as it is at each attempt to commit; None for the
            request's own.

    Raises:
        NotFoundError, ConflictError, InvalidRequestError, TooManyWaitingError,
        StorageBudgetExceededError, SpendLimitError: Nothing was written.
        WorkflowUnavailableError: The workflow refused to start; the batch is recorded as failed.
    """
    content, kept, nets = _keep_uploads(request, ctx)
    drafts: tuple[Regeneration, ...] = ()
    drafted: DraftedFor | None = None
    month = month_of(ctx.clock.now())

    def decide(job: Job) -> tuple[Change | None, PricedBatch | None]:
        nonlocal drafts, drafted
        # Looked for at every attempt: the same request may be accepted at this very moment.
        if _find_batch(request, ctx) is not None:
            return None, None
        if len(job.waiting_batch_ids) >= ctx.limits.max_waiting_batches:
            raise TooManyWaitingError(
                f"{len(job.waiting_batch_ids)} batches already wait on this job; "
                "cancel one, or wait for batch_succeeded, batch_partial or batch_failed."
            )
        priced = price_request(job, content if content_of is None else content_of(job), ctx)
        job = _with_files(job, kept) if kept else job
        require_budget(request.user_id, ctx)
        holds = holds_of(priced.price, month)
        reserves = reserve_spending(request.user_id, holds, month, ctx)
        now = ctx.clock.now()
        origin = _find_origin(request, ctx)
        repeated = () if origin is None else _list_takes(origin, ctx)
        wanted = DraftedFor(tuple(priced.clips), tuple(holds), repeated)
        if wanted != drafted:  # the first attempt, or the job changed meanwhile
            new = draft_takes(request.job_id, request.batch_id, priced.clips, ctx, now=now)
            held = (replace(draft, hold=hold) for draft, hold in zip(new, holds, strict=True))
            drafts = _adopting(held, repeated) if repeated else tuple(held)
            ctx.jobs.put_drafts(drafts)
            drafted = wanted
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
        return replace(change, reserves=reserves, removes=(*change.removes, *nets)), priced

    job, priced = change_job(request.job_id, decide, ctx)
    batch = ctx.jobs.get_batch(request.job_id, request.batch_id)
    if priced is None:
        _require_started(batch)
        regenerations = ctx.jobs.list_regenerations(request.job_id, batch.regeneration_ids)
        return AcceptedBatch(batch, tuple(regenerations), batches_before(job, batch.batch_id), None)
    if job.active_batch_id == batch.batch_id:
        _start(batch, ctx)
    return AcceptedBatch(batch, drafts, batches_before(job, batch.batch_id), priced)


def _keep_uploads(
    request: BatchRequest, ctx: Context
) -> tuple[RegenerateRequest, tuple[KeptFile, ...], tuple[Deletion, ...]]:
    """Copy the uploads that clips are made from, once the whole request is known to be right."""
    content = request.content
    has_uploads = any(item.upload_id is not None for line in content.clips for item in line.references)
    if not has_uploads or _find_batch(request, ctx) is not None:
        return content, (), ()
    priced = price_request(ctx.jobs.get_job(request.job_id), content, ctx)
    return keep_line_uploads(request.job_id, content, priced.uploads, ctx)


def _with_files(job: Job, kept: tuple[KeptFile, ...]) -> Job:
    """Return the job with the files that a batch is made from. Raises ``ConflictError`` for too many."""
    files = (*job.reference_files, *kept)
    if len(files) > MAX_REFERENCE_FILES:
        raise ConflictError(
            f"A job keeps at most {MAX_REFERENCE_FILES} reference files, and has {len(job.reference_files)}; "
            "use a clip or a video as reference."
        )
    return replace(job, reference_files=files)


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


def _list_takes(batch: Batch, ctx: Context) -> tuple[Regeneration, ...]:
    return tuple(ctx.jobs.list_regenerations(batch.job_id, batch.regeneration_ids))


def _adopting(drafts: Iterable[Regeneration], repeated: Iterable[Regeneration]) -> tuple[Regeneration, ...]:
    """Return the takes of a retry with the submissions of those that they repeat."""
    earlier = {(item.clip_id, item.take): item for item in repeated}
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


DRAFT_RETENTION = timedelta(days=400)
"""A draft that no batch came to name is forgotten after this. One that a batch names must not be before
its turn: what is set aside for it would never be given back, and its clip be left out without a word. So
it is longer than all that may be before it takes (some 200 days, were every batch as large and slow as
it may be)."""


def draft_takes(
    job_id: str, batch_id: str, clips: Sequence[BatchClip], ctx: Context, *, now: datetime
) -> tuple[Regeneration, ...]:
    """Return a regeneration for each take, in the order of the clips' prices.

    The takes of one clip stand side by side, and know each other.
    """
    return tuple(draft for clip in clips for draft in _drafts_of_clip(job_id, batch_id, clip, ctx, now=now))


def _drafts_of_clip(
    job_id: str, batch_id: str, clip: BatchClip, ctx: Context, *, now: datetime
) -> Iterator[Regeneration]:
    new = [ctx.ids.new() for _ in clip.numbers]
    for regeneration_id, price in zip(new, clip.prices, strict=True):
        yield Regeneration(
            job_id=job_id,
            regeneration_id=regeneration_id,
            batch_id=batch_id,
            clip_id=clip.clip_id,
            clip_index=clip.clip_index,
            clip_title=clip.title,
            instruction=clip.instruction,
            status=RegenerationStatus.QUEUED,
            # Each has its own, so takes of one prompt differ.
            seed=int(regeneration_id.replace("-", "")[:8], 16),
            estimated_cost=price.cost,
            created_at=now,
            # Whatever the settings say when its turn comes: it is made by what it was priced for.
            model=clip.model.name,
            deadline_s=clip.model.deadline_s,
            take=price.take,
            takes=price.takes,
            siblings=(*clip.made, *(other for other in new if other != regeneration_id)),
            wanted=clip.wanted,
            repeats=clip.repeats,
            expires_at=now + DRAFT_RETENTION,
        )


def list_siblings(regeneration: Regeneration, ctx: Context) -> tuple[Regeneration, ...]:
    """Return the regenerations that make the other takes; a draft that expired is left out."""
    found = []
    for sibling_id in regeneration.siblings:
        try:
            found.append(ctx.jobs.get_regeneration(regeneration.job_id, sibling_id))
        except NotFoundError:
            continue
    return tuple(found)


def first_claimed(siblings: Sequence[Regeneration]) -> Regeneration | None:
    """Return one that has decided which take is changed and in which words; None before the first."""
    return next((item for item in siblings if item.prompt is not None), None)
