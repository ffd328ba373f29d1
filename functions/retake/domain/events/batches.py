"""Events of batches. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from retake.domain.events.base import JobEvent
from retake.domain.statuses import BatchStatus, EventName, RegenerationStatus


@dataclass(frozen=True, kw_only=True)
class BatchStarted(JobEvent):
    """A batch was accepted.

    Attributes:
        waiting_behind: Number of batches that run before it.
    """

    name = EventName.BATCH_STARTED
    batch_id: str
    clip_indexes: tuple[int, ...]
    waiting_behind: int


@dataclass(frozen=True, kw_only=True)
class BatchComplete(JobEvent):
    """All generations of a batch ended; its video is being composed."""

    name = EventName.BATCH_COMPLETE
    batch_id: str


@dataclass(frozen=True, kw_only=True)
class EndedClip:
    """Outcome of one generation of a batch."""

    clip_index: int
    clip_title: str | None
    regeneration_id: str
    take: int
    takes: int
    status: RegenerationStatus
    version_number: int | None
    error: str | None


@dataclass(frozen=True, kw_only=True)
class EndedBatch(JobEvent):
    """Base of the four events of which exactly one ends a batch.

    Attributes:
        recompose_error: Why the video could not be composed; None if it was.
        charged: US dollars; None if the price is not known.
        cause: Why the batch did not succeed, as a sentence.
    """

    batch_id: str
    status: BatchStatus
    clips: tuple[EndedClip, ...]
    recompose_error: str | None
    charged: Decimal | None
    cause: str | None


class BatchSucceeded(EndedBatch):
    """Every generation of a batch became a version, and the video was composed."""

    name = EventName.BATCH_SUCCEEDED


class BatchPartial(EndedBatch):
    """A part of a batch became versions, or the video could not be composed."""

    name = EventName.BATCH_PARTIAL


class BatchFailed(EndedBatch):
    """No generation of a batch became a version."""

    name = EventName.BATCH_FAILED


class BatchCancelled(EndedBatch):
    """A batch was cancelled; takes that were finished by then are kept."""

    name = EventName.BATCH_CANCELLED


@dataclass(frozen=True, kw_only=True)
class BatchPaused(JobEvent):
    """A waiting batch was paused."""

    name = EventName.BATCH_PAUSED
    batch_id: str


@dataclass(frozen=True, kw_only=True)
class BatchHeld(JobEvent):
    """Generations in a row failed alike at one provider; the rest of the batch waits for a user.

    Attributes:
        failed: How many failed in a row.
        left: How many generations were not started.
        reason: What failed, and what can be done, as a sentence.
    """

    name = EventName.BATCH_HELD
    batch_id: str
    provider: str
    failed: int
    left: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class BatchResumed(JobEvent):
    """A paused or held batch waits or runs again.

    Attributes:
        waiting_behind: Number of batches that run before it.
        model: Name of the model that makes what is left, where the user changed it.
    """

    name = EventName.BATCH_RESUMED
    batch_id: str
    waiting_behind: int
    model: str | None = None


@dataclass(frozen=True, kw_only=True)
class QueueReordered(JobEvent):
    """The waiting batches of a job have a new order."""

    name = EventName.QUEUE_REORDERED
    waiting_batch_ids: tuple[str, ...]


ENDED_BATCH: dict[BatchStatus, type[EndedBatch]] = {
    BatchStatus.SUCCEEDED: BatchSucceeded,
    BatchStatus.PARTIAL: BatchPartial,
    BatchStatus.FAILED: BatchFailed,
    BatchStatus.CANCELLED: BatchCancelled,
}
"""Exactly one of these ends every batch's part of the stream."""
