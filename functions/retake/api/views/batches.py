"""Batches, their prices and their takes in answers."""

from collections.abc import Mapping, Sequence

from retake.contracts.batches import (
    AcceptedBatchView,
    ArchiveNoticeView,
    BatchQueueView,
    BatchSummary,
    BatchView,
    ClipCost,
    CostBreakdown,
    EstimateView,
    HeldView,
    QueuedBatchView,
    RegenerationView,
)
from retake.domain.archive_notices import ArchiveNotice
from retake.domain.batch_queue import batches_before
from retake.domain.batches import describe_cancel
from retake.domain.platform_cost import platform_cost
from retake.domain.pricing import PriceBreakdown
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.statuses import BatchStatus
from retake.services.batches.accept_batch import AcceptedBatch
from retake.services.batches.price_batch import PricedBatch


def cost_breakdown(price: PriceBreakdown) -> CostBreakdown:
    """Return a price."""
    return CostBreakdown(
        clips=[
            ClipCost(
                clip_index=take.clip_index,
                clip_title=take.clip_title or None,
                take=take.take,
                takes=take.takes,
                model=take.model,
                duration_s=take.duration_ms / 1000,
                cost=take.cost,
            )
            for take in price.clips
        ],
        subtotal=price.subtotal,
        discount=price.discount,
        discount_rate=price.discount_rate,
        total=price.total,
    )


def estimate_view(priced: PricedBatch, *, on_aws: bool) -> EstimateView:
    """Return the price of a batch that was not started."""
    return EstimateView(
        estimated_total_cost=priced.price.total,
        platform_cost=platform_cost(len(priced.price.clips)) if on_aws else None,
        estimated_total_time=priced.waits_s + priced.estimated_time_s,
        cost_breakdown=cost_breakdown(priced.price),
        archives=[_notice(notice) for notice in priced.archives],
        warnings=list(priced.warnings),
    )


def accepted_view(accepted: AcceptedBatch) -> AcceptedBatchView:
    """Return an accepted batch."""
    batch = accepted.batch
    return AcceptedBatchView(
        batch_id=batch.batch_id,
        status=batch.status,
        regenerations=[_regeneration(item) for item in accepted.regenerations],
        estimated_total_cost=batch.price.total,
        estimated_total_time=batch.estimated_time_s + (accepted.priced.waits_s if accepted.priced else 0),
        cost_breakdown=cost_breakdown(batch.price),
        waiting_behind=accepted.waiting_behind,
        archives=[_notice(notice) for notice in accepted.priced.archives] if accepted.priced else [],
        warnings=list(accepted.priced.warnings) if accepted.priced else [],
    )


def _notice(notice: ArchiveNotice) -> ArchiveNoticeView:
    return ArchiveNoticeView.of(notice, clip_title=notice.clip_title or None)


def _regeneration(item: Regeneration) -> RegenerationView:
    return RegenerationView.of(item, clip_title=item.clip_title or None)


def held_view(batch: Batch, regenerations: Sequence[Regeneration]) -> HeldView | None:
    """Return why a batch is held, if it is."""
    if batch.held is None or batch.status is not BatchStatus.HELD:
        return None
    return HeldView.of(batch.held, left=sum(item.is_unsubmitted for item in regenerations))


def batch_view(job: Job, batch: Batch, regenerations: Sequence[Regeneration]) -> BatchView:
    """Return a batch and how its clips are."""
    return BatchView.of(
        batch,
        paused=batch.batch_id in job.paused_batch_ids,
        waiting_behind=batches_before(job, batch.batch_id),
        regenerations=[_regeneration(item) for item in regenerations],
        estimated_total_cost=batch.price.total,
        estimated_total_time=batch.estimated_time_s,
        cost_breakdown=cost_breakdown(batch.price),
        held=held_view(batch, regenerations),
        cancel_requested=batch.cancel_requested_at is not None,
        cancel_effect=describe_cancel(batch, regenerations),
    )


def batch_queue_view(
    job: Job, batches: Sequence[Batch], archives: Mapping[str, Sequence[ArchiveNotice]]
) -> BatchQueueView:
    """Return the batches of a job that have not ended, and what each is going to archive."""
    return BatchQueueView(
        job_id=job.job_id,
        batches=[
            QueuedBatchView.of(
                batch_summary(job, batch),
                archives=[_notice(notice) for notice in archives.get(batch.batch_id, ())],
            )
            for batch in batches
        ],
    )


def batch_summary(job: Job, batch: Batch) -> BatchSummary:
    """Return a batch for a list."""
    return BatchSummary.of(
        batch,
        paused=batch.batch_id in job.paused_batch_ids,
        waiting_behind=batches_before(job, batch.batch_id),
        clip_count=len({take.clip_index for take in batch.price.clips}),
        take_count=len(batch.regeneration_ids),
        estimated_total_cost=batch.price.total,
    )
