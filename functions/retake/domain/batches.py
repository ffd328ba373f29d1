"""Decisions about batches: starting, ending, releasing. Pure: nothing is written here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from retake.domain.batch_queue import give_turn, without_batch
from retake.domain.changes import Change
from retake.domain.clip_names import clip_name
from retake.domain.doubts import SETTLE_LEASE, needs_doubt, put_in_doubt
from retake.domain.events.base import JobEvent
from retake.domain.events.batches import ENDED_BATCH, EndedBatch, EndedClip
from retake.domain.events.takes import ClipFailed, ClipInDoubt, TakeFields
from retake.domain.preparations import end_preparation
from retake.domain.pricing import discount_of, total_of
from retake.domain.reasons import listed_reason, listed_title, short_cause, short_reason
from retake.domain.records.batches import Batch, ClipResult, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.statuses import (
    BatchStatus,
    JobStatus,
    RegenerationStatus,
)


def start_batch(
    job: Job, batch: Batch, *, execution_arn: str | None, lease: timedelta, now: datetime
) -> Change:
    """Note that the batch's execution runs."""
    status = BatchStatus.CANCELLING if batch.cancel_requested_at else BatchStatus.RUNNING
    running = replace(
        batch,
        status=batch.status if batch.status is BatchStatus.HELD else status,
        execution_arn=execution_arn or batch.execution_arn,
        started_at=batch.started_at or now,
        lease_until=now + lease,
    )
    return Change(job, (running,))


def charge_for(batch: Batch, regenerations: Sequence[Regeneration]) -> Decimal | None:
    """Return what the successes cost, at the discount rate fixed at acceptance; None if it is unknown."""
    subtotal = total_of(
        item.estimated_cost for item in regenerations if item.status is RegenerationStatus.SUCCEEDED
    )
    if subtotal is None:
        return None
    return subtotal - discount_of(subtotal, batch.price.discount_rate)


def results_of(regenerations: Sequence[Regeneration]) -> tuple[ClipResult, ...]:
    """Return how each take ended, in texts that fit into one record together."""
    count = len(regenerations)
    return tuple(
        ClipResult(
            item.clip_index,
            item.regeneration_id,
            item.status,
            item.version_number,
            listed_reason(item.error, count=count),
            item.take,
            item.takes,
            listed_title(item.clip_title, count=count),
        )
        for item in regenerations
    )


def outcome_of(batch: Batch, results: Sequence[ClipResult]) -> BatchStatus:
    """Return the status a batch ends with.

    A cancelled batch is ``cancelled`` whatever was finished before, and so is one that ended because
    its video was paused; one whose video could not be recomposed is ``partial`` at best, since what was
    asked for was a video.
    """
    good = sum(result.status is RegenerationStatus.SUCCEEDED for result in results)
    if (batch.cancel_requested_at or batch.paused_at) is not None and good < len(results):
        return BatchStatus.CANCELLED
    if good == 0:
        return BatchStatus.FAILED
    if good < len(results) or batch.recompose_error:
        return BatchStatus.PARTIAL
    return BatchStatus.SUCCEEDED


def cause_of(status: BatchStatus, results: Sequence[ClipResult], recompose_error: str | None) -> str | None:
    """Return a sentence that lists the takes that did not succeed and why; None if all did."""
    if status is BatchStatus.SUCCEEDED:
        return None
    by_reason: dict[str, list[str]] = {}
    for result in results:
        if result.status is not RegenerationStatus.SUCCEEDED:
            by_reason.setdefault(result.error or result.status, []).append(_named(result))
    reasons = [f"{', '.join(names)}: {reason}" for reason, names in by_reason.items()]
    if recompose_error:
        reasons.append(f"the video could not be recomposed: {recompose_error}")
    return short_cause("; ".join(reasons)) or "cancelled"


def _named(result: ClipResult) -> str:
    clip = clip_name(result.clip_index, result.clip_title)
    return clip if result.takes == 1 else f"{clip}, take {result.take} of {result.takes}"


def finish_batch(
    job: Job,
    batch: Batch,
    regenerations: Sequence[Regeneration],
    *,
    next_batch: Batch | None,
    now: datetime,
) -> Change:
    """End the batch truthfully, free the job, and give the next batch its turn.

    A job whose clips were still being made is ready then, or failed.

    Args:
        job: The job; it is released only if this batch holds it.
        batch: The batch to end.
        regenerations: Its regenerations, all terminal.
        next_batch: The first of those waiting that is not paused, if any.
        now: The moment.
    """
    ended = replace(
        correct_batch(batch, regenerations),
        finished_at=now,
        lease_until=None,
        settling_since=None,
        composing=False,
        held=None,
    )
    released, promoted = _release(job, batch, next_batch, now=now)
    settled, events = end_preparation(released, reason=ended.cause)
    return Change(settled, (ended, *promoted), events=(ended_event(ended), *events))


def correct_batch(batch: Batch, regenerations: Sequence[Regeneration]) -> Batch:
    """Return a batch as its generations say that it ended, also once one of them lands late.

    Its terminal event is not repeated: the late take has events of its own.
    """
    if batch.recompose_error is not None:
        batch = replace(batch, recompose_error=short_reason(batch.recompose_error))
    results = results_of(regenerations)
    status = outcome_of(batch, results)
    return replace(
        batch,
        status=status,
        results=results,
        cause=cause_of(status, results, batch.recompose_error),
        charged=charge_for(batch, regenerations),
    )


def can_be_cancelled(regeneration: Regeneration) -> bool:
    """Whether a cancel can still keep a generation from becoming a take: its result is not here yet."""
    return not regeneration.status.is_terminal and regeneration.result_key is None


def describe_cancel(batch: Batch, regenerations: Sequence[Regeneration]) -> str | None:
    """Return what a cancel that is under way still changes, for people; None where none is."""
    if batch.cancel_requested_at is None or batch.status.is_terminal:
        return None
    here = [item for item in regenerations if not item.status.is_terminal and not can_be_cancelled(item)]
    done = [item for item in regenerations if item.status is RegenerationStatus.SUCCEEDED]
    kept = {item.clip_index: item.clip_title for item in (*here, *done)}
    names = ", ".join(clip_name(index, title) for index, title in sorted(kept.items()))
    stays = f"Done, kept and charged: {names}. " if kept else ""
    return (
        f"{stays}Clips that are under way are stopped where the provider can stop them; what it has finished "
        "by then becomes a take and is charged. The others are not made."
    )


def ended_event(batch: Batch) -> EndedBatch:
    """Return the terminal event of a batch: every clip's status, and what was charged."""
    clips = tuple(
        EndedClip(
            clip_index=result.clip_index,
            clip_title=result.clip_title or None,
            regeneration_id=result.regeneration_id,
            take=result.take,
            takes=result.takes,
            status=result.status,
            version_number=result.version_number,
            error=result.error,
        )
        for result in batch.results
    )
    return ENDED_BATCH[batch.status](
        batch_id=batch.batch_id,
        status=batch.status,
        clips=clips,
        recompose_error=batch.recompose_error,
        charged=batch.charged,
        cause=batch.cause,
    )


def _release(
    job: Job, batch: Batch, next_batch: Batch | None, *, now: datetime
) -> tuple[Job, tuple[Batch, ...]]:
    job = without_batch(job, batch.batch_id)
    if job.active_batch_id != batch.batch_id:
        return job, ()
    job = replace(job, active_batch_id=None)
    if next_batch is None or job.status is JobStatus.DELETING:
        return job, ()
    job, promoted = give_turn(job, next_batch, now=now)
    return job, (promoted,)


def take_fields(regeneration: Regeneration) -> TakeFields:
    """Return the data that every event about a generation starts with."""
    return {
        "batch_id": regeneration.batch_id,
        "clip_index": regeneration.clip_index,
        "clip_title": regeneration.clip_title or None,
        "regeneration_id": regeneration.regeneration_id,
        "take": regeneration.take,
        "takes": regeneration.takes,
    }


def fail_regeneration(
    regeneration: Regeneration, *, status: RegenerationStatus, reason: str, now: datetime
) -> tuple[Regeneration, JobEvent]:
    """Return the generation as ended without a new version, and the event of it."""
    reason = short_reason(reason)
    ended = replace(regeneration, status=status, error=reason, finished_at=now, expires_at=None)
    return ended, ClipFailed(**take_fields(regeneration), status=status, error=reason)


def doubt_regeneration(regeneration: Regeneration, *, now: datetime) -> tuple[Regeneration, JobEvent]:
    """Return the generation as in doubt, and the event that says what is awaited."""
    doubted = put_in_doubt(regeneration, now=now)
    awaited, until = ("", now) if doubted.doubt is None else (doubted.doubt.awaited, doubted.doubt.until)
    return doubted, ClipInDoubt(**take_fields(regeneration), awaited=awaited, until=until)


def settle_batch(
    job: Job, batch: Batch, unsettled: Sequence[Regeneration], *, now: datetime, most: int
) -> Change:
    """Keep a batch open whose execution is over while some of its generations may have been paid for.

    Args:
        job: The job; the batch keeps it, so that nothing of the clips is paid for meanwhile.
        batch: The batch.
        unsettled: Its generations that have not ended.
        now: The moment.
        most: How many generations one commit may write.
    """
    is_first = batch.settling_since is None
    settling = replace(batch, settling_since=batch.settling_since or now, lease_until=now + SETTLE_LEASE)
    doubted = [
        doubt_regeneration(item, now=now)
        for item in unsettled
        if needs_doubt(item, is_first=is_first, now=now)
    ][:most]
    return Change(
        job, (settling, *(item for item, _ in doubted)), events=tuple(event for _, event in doubted)
    )


UNPAID_MODELS = frozenset({"local"})
"""Models that run on the stack itself: no one charges for what they make."""


def charge_doubt(regeneration: Regeneration) -> str:
    """Return the part of a sentence that says that a generation in doubt may cost something."""
    return "" if regeneration.model in UNPAID_MODELS else ", so it may have been charged"


RESULT_KEPT = "Its result was not made a take in time. A retry fetches it again; it is not paid for twice."


def abandon_regeneration(
    regeneration: Regeneration, *, status: RegenerationStatus, reason: str, now: datetime
) -> tuple[Regeneration, JobEvent]:
    """End a regeneration whose outcome is unknown: a crash, a time limit, a poisoned message.

    One that was claimed for submission, without an answer, may have reached the provider.
    """
    if regeneration.doubt is not None:
        return _expire_doubt(regeneration, now=now)
    if regeneration.submit_lease_until is not None or regeneration.answer_lost:
        sent = f"It was being sent to the provider{charge_doubt(regeneration)}."
        status, reason = RegenerationStatus.SUBMISSION_UNKNOWN, f"{reason} {sent}"
    return fail_regeneration(regeneration, status=status, reason=reason, now=now)


def _expire_doubt(regeneration: Regeneration, *, now: datetime) -> tuple[Regeneration, JobEvent]:
    if regeneration.result_key is not None:
        status, reason = RegenerationStatus.FAILED, RESULT_KEPT
    else:
        doubt = f"It is not known whether the provider made it{charge_doubt(regeneration)}."
        status, reason = RegenerationStatus.SUBMISSION_UNKNOWN, f"{doubt} A retry asks it about that first."
    unfinished = replace(regeneration, is_unfinished=True)
    return fail_regeneration(unfinished, status=status, reason=reason, now=now)
