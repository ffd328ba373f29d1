"""Decisions about the queue of a job: accepting, whose turn is next, pausing, resuming, order. Pure.

A batch that is paused keeps its place, and those behind it pass: they do not wait for a user who went
home. So a job that is free has only paused batches waiting.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

from retake.domain.changes import Change
from retake.domain.errors import ConflictError, Fault, InvalidRequestError, PreconditionFailedError
from retake.domain.events.batches import BatchPaused, BatchResumed, BatchStarted, QueueReordered
from retake.domain.records.batches import Batch
from retake.domain.records.jobs import Job
from retake.domain.statuses import (
    BatchStatus,
    JobStatus,
)

START_LEASE = timedelta(seconds=60)
"""How long the start of an execution may take before it is started again."""


def next_batch_of(job: Job, *, besides: str = "") -> str | None:
    """Return the id of the batch whose turn is next, ``besides`` left out; None where all are paused."""
    for batch_id in job.waiting_batch_ids:
        if batch_id != besides and batch_id not in job.paused_batch_ids:
            return batch_id
    return None


def batches_before(job: Job, batch_id: str) -> int:
    """Return how many batches run before this one as things are; 0 for the active or an ended one."""
    if batch_id not in job.waiting_batch_ids:
        return 0
    before = job.waiting_batch_ids[: job.waiting_batch_ids.index(batch_id)]
    return sum(item not in job.paused_batch_ids for item in before) + (job.active_batch_id is not None)


def queue_tag(job: Job) -> int:
    """Return a number for what is active, waits and is paused: a change of any of it gives another."""
    lists = ((job.active_batch_id or "",), job.waiting_batch_ids, job.paused_batch_ids)
    return crc32("|".join(",".join(ids) for ids in lists).encode())


def without_batch(job: Job, batch_id: str) -> Job:
    """Return the job with a batch neither waiting nor paused any more."""
    return replace(
        job,
        waiting_batch_ids=tuple(item for item in job.waiting_batch_ids if item != batch_id),
        paused_batch_ids=tuple(item for item in job.paused_batch_ids if item != batch_id),
    )


def give_turn(job: Job, batch: Batch, *, now: datetime) -> tuple[Job, Batch]:
    """Make a waiting batch the active one of a free job; its execution is to be started."""
    started = replace(batch, status=BatchStatus.STARTING, lease_until=now + START_LEASE)
    return replace(without_batch(job, batch.batch_id), active_batch_id=batch.batch_id), started


def next_run(batch: Batch) -> Batch:
    """Return a held batch as one that waits for its turn: another execution makes what is left."""
    return replace(
        batch,
        status=BatchStatus.WAITING,
        held=None,
        run=batch.run + 1,
        execution_arn=None,
        lease_until=None,
        settling_since=None,
    )


def pause_batch(job: Job, batch: Batch) -> Change | None:
    """Pause a waiting batch; None where it is paused already.

    Raises:
        ConflictError: If it does not wait (any more).
    """
    _require_waiting(job, batch, "paused")
    if batch.batch_id in job.paused_batch_ids:
        return None
    paused = replace(job, paused_batch_ids=(*job.paused_batch_ids, batch.batch_id))
    return Change(paused, events=(BatchPaused(batch_id=batch.batch_id),))


def resume_batch(job: Job, batch: Batch, *, now: datetime, model: str | None = None) -> Change | None:
    """Resume a paused or held batch; it becomes active at once where the job is free.

    One that is held while its execution still runs goes on right after that. None where it is neither:
    resuming twice, or what has started since, is no error.

    Args:
        job: The job.
        batch: The batch.
        now: The moment.
        model: Name of the model that makes what is left, where that was changed; for the event.

    Raises:
        ConflictError: If it has ended, or is being cancelled.
    """
    _require_open(job, batch, "resumed")
    if batch.batch_id not in job.paused_batch_ids:
        return _resume_before_its_end(job, batch, model)
    _require_waiting(job, batch, "resumed")
    paused = tuple(item for item in job.paused_batch_ids if item != batch.batch_id)
    resumed = replace(job, paused_batch_ids=paused)
    puts: tuple[Batch, ...] = ()
    if batch.held is not None:
        batch = next_run(batch)
        puts = (batch,)
    if job.active_batch_id is None and not job.awaits_files:
        resumed, started = give_turn(resumed, batch, now=now)
        puts = (started,)
    waiting_behind = batches_before(resumed, batch.batch_id)
    event = BatchResumed(batch_id=batch.batch_id, waiting_behind=waiting_behind, model=model)
    return Change(resumed, puts, events=(event,))


def _resume_before_its_end(job: Job, batch: Batch, model: str | None) -> Change | None:
    """Note that a batch was resumed whose execution still passes over what is left of it."""
    if batch.held is None or batch.held.is_resumed:
        return None
    held = replace(batch.held, is_resumed=True)
    event = BatchResumed(batch_id=batch.batch_id, waiting_behind=0, model=model)
    return Change(job, (replace(batch, status=BatchStatus.RUNNING, held=held),), events=(event,))


def reorder_batches(job: Job, order: Sequence[str], *, if_tag: int | None) -> Change | None:
    """Reorder the waiting batches, paused ones included; None where they have this order already.

    Args:
        job: The job.
        order: The id of each waiting batch, once.
        if_tag: The ``queue_tag`` that the client has read, if it names one.

    Raises:
        PreconditionFailedError: If something else waits, runs or is paused by now.
        InvalidRequestError: If ``order`` does not name each waiting batch once.
        ConflictError: If the job is being deleted.
    """
    if job.status is JobStatus.DELETING:
        raise ConflictError("The job is being deleted; nothing of it runs any more.")
    if if_tag is not None and if_tag != queue_tag(job):
        raise PreconditionFailedError("The queue changed meanwhile; read it again, and decide again.")
    if sorted(order) != sorted(job.waiting_batch_ids):
        waiting = ", ".join(job.waiting_batch_ids) or "none"
        fault = Fault("order", f"Name each waiting batch exactly once; these wait: {waiting}.")
        raise InvalidRequestError("The order was refused; nothing was changed.", faults=[fault])
    if tuple(order) == job.waiting_batch_ids:
        return None
    event = QueueReordered(waiting_batch_ids=tuple(order))
    return Change(replace(job, waiting_batch_ids=tuple(order)), events=(event,))


def _require_open(job: Job, batch: Batch, verb: str) -> None:
    if job.status is JobStatus.DELETING:
        raise ConflictError("The job is being deleted; nothing of it runs any more.")
    if batch.status.is_terminal:
        raise ConflictError(f"The batch has ended: it is {batch.status}.")
    if batch.cancel_requested_at is not None:
        raise ConflictError(f"The batch is being cancelled; it cannot be {verb}.")


def _require_waiting(job: Job, batch: Batch, verb: str) -> None:
    _require_open(job, batch, verb)
    if batch.batch_id not in job.waiting_batch_ids:
        raise ConflictError(
            "The batch has started, and what runs cannot be paused. "
            "Cancel it instead: the clips that are finished stay."
        )


def accept_batch(
    job: Job, batch: Batch, *, clip_indexes: Sequence[int], now: datetime, is_held: bool = False
) -> Change:
    """Make the batch active, or add it to the job's queue.

    Args:
        job: The job; one that failed is being prepared again.
        batch: The batch.
        clip_indexes: What it makes anew.
        now: The moment.
        is_held: Whether something else has to end first; ``give_turn`` gives it its turn then.
    """
    starts = job.active_batch_id is None and not is_held
    has_failed = job.status is JobStatus.FAILED
    batch = replace(
        batch,
        status=BatchStatus.STARTING if starts else BatchStatus.WAITING,
        queue_number=job.next_queue_number,
        lease_until=now + START_LEASE if starts else None,
    )
    accepted = replace(
        job,
        status=JobStatus.PREPARING if has_failed else job.status,
        failure=None if has_failed else job.failure,
        next_queue_number=job.next_queue_number + 1,
        active_batch_id=batch.batch_id if starts else job.active_batch_id,
        waiting_batch_ids=job.waiting_batch_ids if starts else (*job.waiting_batch_ids, batch.batch_id),
    )
    started = BatchStarted(
        batch_id=batch.batch_id,
        clip_indexes=tuple(clip_indexes),
        waiting_behind=batches_before(accepted, batch.batch_id),
    )
    return Change(accepted, (batch,), events=(started,))
