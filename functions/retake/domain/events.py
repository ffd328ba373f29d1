"""Catalogue of the events of a job: one class for each, whose fields are the event's data. Pure.

Names, fields and their order are part of the API and of stored data. A commit turns each into a numbered
``Event`` (``retake.domain.changes.finalize``); the OpenAPI document describes them from the same classes.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, TypedDict

from retake.domain.statuses import BatchStatus, EventName, JobStatus, RegenerationStatus


def event_data(event: Any) -> dict[str, object]:  # noqa: ANN401 - any dataclass
    """Return the fields of an event as JSON values: times in ISO 8601, amounts as exact text."""
    data: dict[str, object] = json.loads(json.dumps(asdict(event), default=_as_text))
    return data


def _as_text(value: datetime | Decimal) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@dataclass(frozen=True, kw_only=True)
class JobEvent:
    """Base of the events of a job, before a commit numbers them.

    An event without fields of its own inherits the dataclass of its base: each decorator costs time in
    every start of every function.
    """

    name: ClassVar[EventName]


class TakeFields(TypedDict):
    """Data that every event about a generation starts with."""

    batch_id: str
    clip_index: int | None
    clip_title: str | None
    regeneration_id: str
    take: int
    takes: int


@dataclass(frozen=True, kw_only=True)
class TakeEvent(JobEvent):
    """Base of the events about one generation.

    Attributes:
        clip_index: Place of the clip; None if it was removed from the timeline.
        take: Number of the take among the ``takes`` of the clip that one request asked for.
    """

    batch_id: str
    clip_index: int | None
    clip_title: str | None
    regeneration_id: str
    take: int
    takes: int


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
class ClipRegenerating(TakeEvent):
    """A generation is being submitted to its provider."""

    name = EventName.CLIP_REGENERATING
    instruction: str


@dataclass(frozen=True, kw_only=True)
class ClipRetrying(JobEvent):
    """A generation failed at its provider without a charge and is submitted again.

    Attributes:
        attempt: Number of the new attempt, from 2.
    """

    name = EventName.CLIP_RETRYING
    batch_id: str
    clip_index: int
    clip_title: str | None
    regeneration_id: str
    attempt: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ClipInDoubt(TakeEvent):
    """A generation may have been paid for; its provider is asked before anything is submitted again.

    Attributes:
        awaited: What the outcome depends on, as a sentence.
        until: When the doubt ends at the latest.
    """

    name = EventName.CLIP_IN_DOUBT
    awaited: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class ClipComplete(TakeEvent):
    """A generation became a version.

    Attributes:
        is_current: Whether the clip shows it.
    """

    name = EventName.CLIP_COMPLETE
    version_number: int
    is_current: bool


class VersionLandedLate(ClipComplete):
    """A generation became a version after its batch had ended or newer takes were there."""

    name = EventName.VERSION_LANDED_LATE


@dataclass(frozen=True, kw_only=True)
class ClipFailed(TakeEvent):
    """A generation ended without a version."""

    name = EventName.CLIP_FAILED
    status: RegenerationStatus
    error: str


@dataclass(frozen=True, kw_only=True)
class UploadedClipFailed(JobEvent):
    """An uploaded file could not become a clip."""

    name = EventName.CLIP_FAILED
    clip_index: int
    clip_title: str | None
    error: str | None


@dataclass(frozen=True, kw_only=True)
class ClipPrepared(JobEvent):
    """An uploaded file became version 1 of its clip."""

    name = EventName.CLIP_PREPARED
    clip_index: int
    clip_title: str | None


@dataclass(frozen=True, kw_only=True)
class JobReady(JobEvent):
    """All clips of a job have a version.

    Attributes:
        clips: Number of clips.
    """

    name = EventName.JOB_READY
    clips: int


@dataclass(frozen=True, kw_only=True)
class JobFailed(JobEvent):
    """A job ended without a version for each of its clips."""

    name = EventName.JOB_FAILED
    reason: str


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
class BatchResumed(JobEvent):
    """A paused batch waits or runs again.

    Attributes:
        waiting_behind: Number of batches that run before it.
    """

    name = EventName.BATCH_RESUMED
    batch_id: str
    waiting_behind: int


@dataclass(frozen=True, kw_only=True)
class QueueReordered(JobEvent):
    """The waiting batches of a job have a new order."""

    name = EventName.QUEUE_REORDERED
    waiting_batch_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VideoRecomposed(JobEvent):
    """The video shows the current versions.

    Attributes:
        fingerprint: Names the versions and their order.
    """

    name = EventName.VIDEO_RECOMPOSED
    fingerprint: str
    duration_ms: int


class VersionFields(TypedDict):
    """Data that every event about a version starts with."""

    clip_index: int | None
    clip_title: str | None
    version_id: str
    version_number: int


@dataclass(frozen=True, kw_only=True)
class VersionEvent(JobEvent):
    """Base of the events about one version.

    Attributes:
        clip_index: Place of the clip; None if it was removed from the timeline.
    """

    clip_index: int | None
    clip_title: str | None
    version_id: str
    version_number: int


class VersionRestored(VersionEvent):
    """An earlier version is current again."""

    name = EventName.VERSION_RESTORED


@dataclass(frozen=True, kw_only=True)
class VersionArchived(VersionEvent):
    """A version was compressed and moved to cold storage.

    Attributes:
        vmaf: Likeness to the version before, 0 to 100; None if it was kept as it was.
    """

    name = EventName.VERSION_ARCHIVED
    size_bytes: int
    size_bytes_before: int
    vmaf: float | None


@dataclass(frozen=True, kw_only=True)
class VersionRestoring(VersionEvent):
    """A version is on its way back from cold storage."""

    name = EventName.VERSION_RESTORING
    expected_at: datetime


@dataclass(frozen=True, kw_only=True)
class VersionReturnDropped(VersionEvent):
    """A restore was dropped; the clip shows another version."""

    name = EventName.VERSION_RETURN_DROPPED
    reason: str


@dataclass(frozen=True, kw_only=True)
class VersionDeleted(VersionEvent):
    """The files of a version were deleted; its record stays."""

    name = EventName.VERSION_DELETED
    reason: str


@dataclass(frozen=True, kw_only=True)
class VersionDamaged(VersionEvent):
    """A file of a version is damaged in the store."""

    name = EventName.VERSION_DAMAGED
    reason: str


@dataclass(frozen=True, kw_only=True)
class ClipsReordered(JobEvent):
    """The clips of a timeline have a new order.

    Attributes:
        order: For each new place the place before.
    """

    name = EventName.TIMELINE_CHANGED
    order: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ClipRemoved(JobEvent):
    """A clip was removed from the timeline.

    Attributes:
        removed: The place that it had.
    """

    name = EventName.TIMELINE_CHANGED
    removed: int
    clip_title: str | None


@dataclass(frozen=True, kw_only=True)
class JobReset:
    """State of a job for a reader whose events are no longer kept; sent as ``reset``, never stored."""

    job_id: str
    status: JobStatus
    active_batch_id: str | None
    timeline_revision: int


ENDED_BATCH: dict[BatchStatus, type[EndedBatch]] = {
    BatchStatus.SUCCEEDED: BatchSucceeded,
    BatchStatus.PARTIAL: BatchPartial,
    BatchStatus.FAILED: BatchFailed,
    BatchStatus.CANCELLED: BatchCancelled,
}
"""Exactly one of these ends every batch's part of the stream."""

JOB_EVENTS: Sequence[type[JobEvent]] = (
    BatchStarted,
    ClipRegenerating,
    ClipRetrying,
    ClipInDoubt,
    ClipComplete,
    VersionLandedLate,
    ClipFailed,
    UploadedClipFailed,
    ClipPrepared,
    JobReady,
    JobFailed,
    BatchComplete,
    BatchSucceeded,
    BatchPartial,
    BatchFailed,
    BatchCancelled,
    BatchPaused,
    BatchResumed,
    QueueReordered,
    VideoRecomposed,
    VersionRestored,
    VersionArchived,
    VersionRestoring,
    VersionReturnDropped,
    VersionDeleted,
    VersionDamaged,
    ClipsReordered,
    ClipRemoved,
)
"""Every event of a job. Two classes may share a name: their data have different fields."""
