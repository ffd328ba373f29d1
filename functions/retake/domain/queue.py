"""What has not ended, as a person's queue shows it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from retake.domain.batch_clips import left_s
from retake.domain.batch_queue import batches_before
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.statuses import BatchStatus
from retake.domain.videos import VideoDetails


class QueueKind(StrEnum):
    """What an entry is."""

    VIDEO = "video"  # a video that is being made
    BATCH = "batch"  # a batch of regenerations


class QueueState(StrEnum):
    """Where an entry is."""

    RUNNING = "running"
    CANCELLING = "cancelling"
    WAITING = "waiting"
    PAUSED = "paused"
    HELD = "held"  # generations in a row failed alike; a user decides


class WaitsFor(StrEnum):
    """What has to happen before an entry runs."""

    BATCHES = "batches"  # those of its job that come first
    FILES = "files"  # takes are made of the job's files first
    PROVIDER = "provider"  # to be submitted
    RESUME = "resume"  # a user resumes it


class QueueAction(StrEnum):
    """What can be done about an entry now."""

    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    MOVE = "move"
    CHANGE_MODEL = "change_model"


_GOES_ON = frozenset({QueueState.RUNNING, QueueState.WAITING})

_MOVES = frozenset({QueueState.WAITING, QueueState.PAUSED})

_RESTS = frozenset({QueueState.PAUSED, QueueState.HELD})

_ACTIONS: Mapping[QueueState, tuple[QueueAction, ...]] = {
    QueueState.RUNNING: (QueueAction.CANCEL,),
    QueueState.CANCELLING: (),
    QueueState.WAITING: (QueueAction.PAUSE, QueueAction.CANCEL),
    QueueState.PAUSED: (QueueAction.RESUME, QueueAction.CANCEL),
    QueueState.HELD: (QueueAction.RESUME, QueueAction.CHANGE_MODEL, QueueAction.CANCEL),
}


@dataclass(frozen=True)
class QueueEntry:
    """One thing that has not ended.

    Attributes:
        job_id: The job, or the video.
        position: How many batches of its job run before it, as things are; 0 for what runs.
        place: Its place among those of its job that wait, paused ones included; None for what does not
            wait on a job. What is reordered is this.
        progress: Percent of all its clips together.
        estimated_cost: US dollars; None where a price is not known.
        estimated_time_s: Seconds that it takes by itself.
        expected_in_s: Seconds until it is done, with what comes before it; None while it is paused, or
            ends.
        accepted_at: When it was asked for.
        reason: Why it is held, as a sentence; None where it is not.
    """

    kind: QueueKind
    job_id: str
    batch_id: str
    title: str
    state: QueueState
    position: int
    place: int | None
    waits_for: WaitsFor | None
    progress: int
    clip_count: int
    estimated_cost: Decimal | None
    estimated_time_s: int
    expected_in_s: int | None
    accepted_at: datetime
    actions: tuple[QueueAction, ...]
    reason: str | None = None


def open_batch_ids(job: Job) -> tuple[str, ...]:
    """Return the ids of the batches that ``entries_of`` lists, in the order in which they run."""
    if _being_made(job) is not None and job.video is not None:
        return (job.video.batch_id,)
    return (*((job.active_batch_id,) if job.active_batch_id else ()), *job.waiting_batch_ids)


def entries_of(
    job: Job, batches: Sequence[Batch], regenerations: Mapping[str, Sequence[Regeneration]], now: datetime
) -> tuple[QueueEntry, ...]:
    """Return what has not ended of a job.

    Args:
        job: The job, or the video.
        batches: Those of ``open_batch_ids``.
        regenerations: By batch; of batches that wait they are not needed.
        now: The moment.
    """
    video = _being_made(job)
    if video is not None:
        return tuple(
            _video_entry(job, video, batch, regenerations.get(batch.batch_id, ()), now) for batch in batches
        )
    return tuple(_batch_entries(job, batches, regenerations, now))


def in_running_order(entries: Sequence[QueueEntry]) -> list[QueueEntry]:
    """Return entries as they are going to run: what runs, what waits by its position, what is paused."""
    ranks = {QueueState.WAITING: 1, QueueState.PAUSED: 2, QueueState.HELD: 2}
    return sorted(
        entries,
        key=lambda entry: (ranks.get(entry.state, 0), entry.position, entry.accepted_at, entry.batch_id),
    )


def _being_made(job: Job) -> VideoDetails | None:
    return job.video if job.video is not None and job.video.status.is_open else None


def _video_entry(
    job: Job, video: VideoDetails, batch: Batch, regenerations: Sequence[Regeneration], now: datetime
) -> QueueEntry:
    state = _state_of_video(video, batch, regenerations)
    return QueueEntry(
        kind=QueueKind.VIDEO,
        job_id=job.job_id,
        batch_id=video.batch_id,
        title=job.title,
        state=state,
        position=0,
        place=None,
        waits_for={QueueState.PAUSED: WaitsFor.RESUME, QueueState.WAITING: WaitsFor.PROVIDER}.get(state),
        progress=video.progress,
        clip_count=1,
        estimated_cost=video.estimated_cost,
        estimated_time_s=batch.estimated_time_s,
        expected_in_s=left_s(batch, now) if state in _GOES_ON else None,
        accepted_at=job.created_at,
        actions=_ACTIONS[state],
    )


def _state_of_video(video: VideoDetails, batch: Batch, regenerations: Sequence[Regeneration]) -> QueueState:
    if video.paused_at is not None:
        return QueueState.PAUSED
    if batch.cancel_requested_at is not None:
        return QueueState.CANCELLING
    is_unsubmitted = all(item.is_unsubmitted for item in regenerations)
    return QueueState.WAITING if is_unsubmitted else QueueState.RUNNING


def _batch_entries(
    job: Job, batches: Sequence[Batch], regenerations: Mapping[str, Sequence[Regeneration]], now: datetime
) -> Iterator[QueueEntry]:
    before_s = 0
    before = WaitsFor.FILES if job.awaits_files else WaitsFor.BATCHES
    moves = (QueueAction.MOVE,) if len(job.waiting_batch_ids) > 1 else ()
    for batch in batches:
        state = _state_of(job, batch)
        ends_s = before_s + left_s(batch, now)
        yield QueueEntry(
            kind=QueueKind.BATCH,
            job_id=job.job_id,
            batch_id=batch.batch_id,
            title=job.title,
            state=state,
            position=batches_before(job, batch.batch_id),
            place=_place_of(job, batch.batch_id),
            waits_for=WaitsFor.RESUME if state in _RESTS else {QueueState.WAITING: before}.get(state),
            progress=_progress(batch, regenerations.get(batch.batch_id, ())),
            clip_count=len(batch.regeneration_ids),
            estimated_cost=batch.price.total,
            estimated_time_s=batch.estimated_time_s,
            expected_in_s=ends_s if state in _GOES_ON else None,
            accepted_at=batch.created_at,
            actions=(*_ACTIONS[state], *(moves if state in _MOVES else ())),
            reason=None if batch.held is None or state is not QueueState.HELD else batch.held.reason,
        )
        if state not in _RESTS:
            before_s = ends_s


def _place_of(job: Job, batch_id: str) -> int | None:
    waiting = job.waiting_batch_ids
    return waiting.index(batch_id) if batch_id in waiting else None


def _state_of(job: Job, batch: Batch) -> QueueState:
    if batch.cancel_requested_at is not None:
        return QueueState.CANCELLING
    if batch.status is BatchStatus.HELD:
        return QueueState.HELD
    if batch.batch_id == job.active_batch_id:
        return QueueState.RUNNING
    return QueueState.PAUSED if batch.batch_id in job.paused_batch_ids else QueueState.WAITING


def _progress(batch: Batch, regenerations: Sequence[Regeneration]) -> int:
    shares = [100 if item.status.is_terminal else item.progress for item in regenerations]
    return sum(shares) // len(batch.regeneration_ids)
