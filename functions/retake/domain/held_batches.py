"""When a batch is held: generations in a row failed alike at one provider, and more would. Pure.

What is left of it is neither started nor ended. It keeps its place as a paused batch does, those behind it
pass, and a user resumes it, with another model if they like, or cancels it (ADR-0064).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from retake.domain.batch_queue import give_turn, next_run
from retake.domain.changes import Change
from retake.domain.errors import (
    GenerationFailedError,
    GenerationUnfinishedError,
    ProviderRejectedError,
    ResultRefusedError,
    SubmissionUnknownError,
    UnreadableMediaError,
)
from retake.domain.events.batches import BatchHeld
from retake.domain.moderation import is_moderation
from retake.domain.reasons import short_reason
from retake.domain.records.batches import Batch, HeldReason, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.statuses import BatchStatus, JobStatus

FAILURES_IN_A_ROW = 3

_FAULTS = {
    ProviderRejectedError.__name__: "were refused",
    GenerationFailedError.__name__: "failed",
    GenerationUnfinishedError.__name__: "did not finish in time",
    SubmissionUnknownError.__name__: "were not answered, and may have been charged",
    ResultRefusedError.__name__: "have a result that cannot be used",
    UnreadableMediaError.__name__: "have a result that is no video",
}
"""Errors that say something of the provider, with what they say. Others are a user's, or ours."""


def counts_as_failure(regeneration: Regeneration) -> bool:
    """Whether a generation ended by a fault of its provider: not by what was asked for."""
    return regeneration.ended_by in _FAULTS and not is_moderation(regeneration.error)


def last_in_a_row(batch: Batch, regeneration_id: str) -> Sequence[str]:
    """Return the ids that a generation is compared with, itself last; none where the batch cannot be held."""
    ids = batch.regeneration_ids
    end = ids.index(regeneration_id) + 1
    start = end - FAILURES_IN_A_ROW
    is_last = end == len(ids)
    is_running = batch.status is BatchStatus.RUNNING and batch.settling_since is None
    if is_last or not is_running or batch.held is not None or start < batch.counts_from:
        return ()
    return ids[start:end]


def hold_batch(
    batch: Batch, failed: Sequence[Regeneration], *, now: datetime
) -> tuple[Batch, BatchHeld] | None:
    """Return the batch as held, and the event of it; None where it goes on.

    Args:
        batch: The batch, which runs.
        failed: The generations of ``last_in_a_row``, as they are with this commit.
        now: The moment.
    """
    kinds = {(item.provider, item.ended_by) for item in failed}
    if len(failed) < FAILURES_IN_A_ROW or len(kinds) > 1 or not all(map(counts_as_failure, failed)):
        return None
    last = failed[-1]
    end = batch.regeneration_ids.index(last.regeneration_id) + 1
    left = len(batch.regeneration_ids) - end
    provider = last.provider or ""
    others = "1 more was" if left == 1 else f"{left} more were"
    reason = short_reason(
        f"{len(failed)} in a row {_FAULTS[last.ended_by]} at {provider or 'the provider'}, so {others} not "
        f"started. The last: {last.error or last.ended_by}"
    )
    held = replace(
        batch, status=BatchStatus.HELD, held=HeldReason(reason, provider, since=now), counts_from=end
    )
    event = BatchHeld(
        batch_id=batch.batch_id, provider=provider, failed=len(failed), left=left, reason=reason
    )
    return held, event


def rests(job: Job, batch: Batch) -> bool:
    """Whether what is left of a batch waits for a user, or for the end of its execution."""
    return (
        batch.held is not None and batch.cancel_requested_at is None and job.status is not JobStatus.DELETING
    )


def is_parked(job: Job, batch: Batch) -> bool:
    """Whether a held batch has left its turn to others."""
    return rests(job, batch) and batch.batch_id in job.waiting_batch_ids


def park_batch(job: Job, batch: Batch, *, next_batch: Batch | None, now: datetime) -> Change:
    """Move a held batch to the front of the queue, paused; its execution is over.

    One that was resumed meanwhile goes on at once.

    Args:
        job: The job, which the batch holds.
        batch: The batch.
        next_batch: The first of those waiting that is not paused, if any.
        now: The moment.
    """
    free = replace(job, active_batch_id=None)
    if batch.held is not None and batch.held.is_resumed:
        free, started = give_turn(free, next_run(batch), now=now)
        return Change(free, (started,))
    waiting = (batch.batch_id, *job.waiting_batch_ids)
    parked = replace(batch, status=BatchStatus.HELD, lease_until=None, settling_since=None)
    free = replace(free, waiting_batch_ids=waiting, paused_batch_ids=(*job.paused_batch_ids, batch.batch_id))
    if next_batch is None:
        return Change(free, (parked,))
    free, promoted = give_turn(free, next_batch, now=now)
    return Change(free, (parked, promoted))
