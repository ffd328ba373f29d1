"""Events of versions that exist. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from retake.domain.events.base import JobEvent
from retake.domain.statuses import EventName


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
