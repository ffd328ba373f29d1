"""What is told to a person about videos and schedules: one stream a person, numbered without gaps.

A number is taken in the same transaction that changes the video, by compare-and-swap on the feed: a
reader never sees 8 before 7. Two videos that end at the same moment take turns, which
``retake.services.commits.change_job`` does for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

USER_EVENT_RETENTION = timedelta(days=7)
"""How long events can be resumed from; an older ``Last-Event-ID`` gets a ``reset`` snapshot."""


class UserEventName(StrEnum):
    """The names on a person's stream; percentages are not events, they are polled."""

    VIDEO_PROCESSING = "video_processing"
    VIDEO_IN_DOUBT = "video_in_doubt"
    VIDEO_COMPLETED = "video_completed"
    VIDEO_FAILED = "video_failed"
    VIDEO_CANCELLED = "video_cancelled"
    VIDEO_PAUSED = "video_paused"
    VIDEO_RESUMED = "video_resumed"
    SCHEDULE_CREATED = "schedule_created"
    SCHEDULE_STARTED = "schedule_started"
    SCHEDULE_FAILED = "schedule_failed"
    SCHEDULE_CANCELLED = "schedule_cancelled"
    BUDGET_REACHED = "budget_reached"


@dataclass(frozen=True)
class UserEventDraft:
    """An event before the commit gives it its number.

    Attributes:
        processing: How many more videos are being made since: 1, 0 or -1; a paused one is not.
    """

    name: UserEventName
    data: Mapping[str, object]
    processing: int


@dataclass(frozen=True)
class UserEvent:
    """One line of a person's stream."""

    user_id: str
    seq: int
    name: str
    created_at: datetime
    data: dict[str, object] = field(default_factory=dict)
    expires_at: datetime | None = None


@dataclass(frozen=True)
class UserFeed:
    """How far a person's stream is.

    Attributes:
        seq: Number of the last event.
        processing: How many videos are being made now: while there are some, more is to come soon.
    """

    user_id: str
    seq: int = 0
    processing: int = 0


def number_events(
    feed: UserFeed, drafts: Sequence[UserEventDraft], now: datetime
) -> tuple[UserFeed, tuple[UserEvent, ...]]:
    """Return the feed after these events, and the events with their numbers."""
    events = tuple(
        UserEvent(feed.user_id, seq, draft.name, now, dict(draft.data), now + USER_EVENT_RETENTION)
        for seq, draft in enumerate(drafts, start=feed.seq + 1)
    )
    processing = feed.processing + sum(draft.processing for draft in drafts)
    return replace(feed, seq=feed.seq + len(events), processing=processing), events
