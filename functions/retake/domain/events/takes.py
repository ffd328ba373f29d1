"""Events of takes that are made, and of files that become clips. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from retake.domain.events.base import JobEvent
from retake.domain.statuses import EventName, RegenerationStatus


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
