"""Change the model of what was not started of a held batch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from retake.domain.batch_clips import estimate_batch_s
from retake.domain.batch_queue import resume_batch
from retake.domain.changes import Change
from retake.domain.errors import ConflictError
from retake.domain.holds import Hold
from retake.domain.pricing import ClipPrice, PriceBreakdown, price_at
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.spending import NO_MONEY, holds_for, month_of
from retake.domain.statuses import BatchStatus
from retake.services.batches.accept_batch import DraftedFor, draft_takes
from retake.services.batches.finish_batch import start_active
from retake.services.batches.price_batch import PricedBatch, price_request
from retake.services.batches.retry_batch import clips_again, faults_at_model
from retake.services.batches.validation import RegenerateRequest
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.usage.allowances import require_budget, reserve_spending

REPLACED_FOR = timedelta(days=1)
"""How long a generation that another one replaced is kept: an execution may still pass it over."""


@dataclass(frozen=True)
class Rest:
    """What was not started of a batch, priced with another model.

    Attributes:
        replaced: Its generations as they are; certainly nothing of them was paid.
        priced: What takes their places, at the batch's own rate of discount.
    """

    replaced: tuple[Regeneration, ...]
    priced: PricedBatch


def estimate_change(job: Job, batch_id: str, model: str, ctx: Context) -> PricedBatch:
    """Check and price what is left of a batch with another model; nothing is written.

    Raises:
        ConflictError: If it is not held, or nothing is left of it.
        InvalidRequestError: If the model cannot make it; every fault is named.
    """
    return _price_rest(job, ctx.jobs.get_batch(job.job_id, batch_id), model, ctx).priced


def change_model(job_id: str, batch_id: str, model: str, ctx: Context) -> Batch:
    """Change the model of a batch's unstarted takes and resume it; all of them or none.

    Only what certainly was not started is changed: nothing that may have been paid for is asked of
    another provider.

    Raises:
        ConflictError, InvalidRequestError, StorageBudgetExceededError, SpendLimitError: Nothing was changed.
    """
    drafts: tuple[Regeneration, ...] = ()
    drafted: DraftedFor | None = None

    def decide(job: Job) -> tuple[Change | None, tuple[Regeneration, ...]]:
        nonlocal drafts, drafted
        batch = ctx.jobs.get_batch(job_id, batch_id)
        rest = _price_rest(job, batch, model, ctx)
        require_budget(batch.user_id, ctx)
        month = _month_of(rest.replaced, ctx)
        rate = batch.price.discount_rate
        holds = holds_for((take.cost for take in rest.priced.price.clips), rate=rate, month=month)
        returned = sum((item.hold.amount for item in rest.replaced if item.hold is not None), NO_MONEY)
        reserves = reserve_spending(batch.user_id, holds, month, ctx, returned=returned)
        wanted = DraftedFor(tuple(rest.priced.clips), tuple(holds))
        if wanted != drafted:
            new = draft_takes(job_id, batch_id, rest.priced.clips, ctx, now=ctx.clock.now())
            drafts = tuple(replace(draft, hold=hold) for draft, hold in zip(new, holds, strict=True))
            ctx.jobs.put_drafts(drafts)
            drafted = wanted
        changed = _with_rest(batch, rest, drafts, ctx)
        change = resume_batch(job, changed, now=ctx.clock.now(), model=model)
        if change is None:  # pragma: no cover - what is not at rest was refused above
            raise ConflictError("The batch was resumed meanwhile; nothing was changed.")
        return replace(change, reserves=reserves), rest.replaced

    job, replaced = change_job(job_id, decide, ctx)
    # Nothing names them any more. Where this dies, they go with their job.
    until = ctx.clock.now() + REPLACED_FOR
    ctx.jobs.put_drafts([replace(item, hold=None, expires_at=until) for item in replaced])
    start_active(job, ctx)
    return ctx.jobs.get_batch(job_id, batch_id)


def _price_rest(job: Job, batch: Batch, model: str, ctx: Context) -> Rest:
    if batch.status is not BatchStatus.HELD:
        raise ConflictError(
            f"The batch is {batch.status}; its model is changed only while it is held. Nothing was changed."
        )
    found = ctx.jobs.list_regenerations(job.job_id, batch.regeneration_ids)
    # What takes a submission over asks about that first, and may be paid for by now.
    replaced = tuple(item for item in found if item.is_unsubmitted and item.adopted is None)
    clips = clips_again(job, replaced, ctx, model=model)
    if not clips:
        raise ConflictError("Nothing is left of the batch that was not started; nothing was changed.")
    with faults_at_model():
        priced = price_request(job, RegenerateRequest(clips), ctx)
    takes = [price for clip in priced.clips for price in clip.prices]
    return Rest(replaced, replace(priced, price=price_at(takes, batch.price.discount_rate)))


def _month_of(replaced: Sequence[Regeneration], ctx: Context) -> str:
    """Return the month in which the batch was accepted: what it holds stays in it (ADR-0022)."""
    months = [item.hold.month for item in replaced if item.hold is not None]
    return months[0] if months else month_of(ctx.clock.now())


def _with_rest(batch: Batch, rest: Rest, drafts: Sequence[Regeneration], ctx: Context) -> Batch:
    gone = {item.regeneration_id for item in rest.replaced}
    ended = [item for item in batch.regeneration_ids if item not in gone]
    kept = [
        price
        for regeneration_id, price in zip(batch.regeneration_ids, batch.price.clips, strict=True)
        if regeneration_id not in gone
    ]
    held = {item.regeneration_id: item.hold for item in ctx.jobs.list_regenerations(batch.job_id, ended)}
    holds = [*held.values(), *(draft.hold for draft in drafts)]
    return replace(
        batch,
        regeneration_ids=(*ended, *(draft.regeneration_id for draft in drafts)),
        price=_price_of([*kept, *rest.priced.price.clips], batch.price.discount_rate, holds),
        estimated_time_s=estimate_batch_s(
            [clip.model for clip in rest.priced.clips for _ in clip.numbers], ctx.times.recent_ms
        ),
    )


def _price_of(takes: Sequence[ClipPrice], rate: Decimal, holds: Sequence[Hold | None]) -> PriceBreakdown:
    """Return the price of a batch of which a part was priced later: its total is what is held for it."""
    price = price_at(takes, rate)
    if price.subtotal is None:
        return price
    total = sum((hold.amount for hold in holds if hold is not None), NO_MONEY)
    return replace(price, total=total, discount=price.subtotal - total)
