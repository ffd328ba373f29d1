"""Events about a user's videos, schedules and budget: one stream for each user, numbered without gaps.

A number is taken in the same transaction that changes the video, by compare-and-swap on the feed: a
reader never sees 8 before 7. Two videos that end at the same moment take turns, which
``retake.services.commits.change_job`` does for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from retake.domain.events.base import event_data
from retake.domain.schedules import ScheduledKind, ScheduleStatus
from retake.domain.videos import VideoStatus

USER_EVENT_RETENTION = timedelta(days=7)
"""How long events can be resumed from; an older ``Last-Event-ID`` gets a ``reset`` snapshot."""


class UserEventName(StrEnum):
    """Names on a user's stream; percentages are not events, they are polled."""

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
    SPEND_LIMIT_REACHED = "spend_limit_reached"


@dataclass(frozen=True, kw_only=True)
class FeedEvent:
    """Base of the events of a user, before a commit numbers them."""

    name: ClassVar[UserEventName]


@dataclass(frozen=True, kw_only=True)
class VideoEvent(FeedEvent):
    """Base of the events about one video."""

    video_id: str
    creation_id: str
    project_id: str | None
    title: str
    status: VideoStatus
    error: str | None


class VideoProcessing(VideoEvent):
    """A video is being made: for the first time, or after a retry."""

    name = UserEventName.VIDEO_PROCESSING


class VideoInDoubt(VideoEvent):
    """A video may have been paid for; its provider is asked before anything is submitted again."""

    name = UserEventName.VIDEO_IN_DOUBT


class VideoCompleted(VideoEvent):
    """A video can be played."""

    name = UserEventName.VIDEO_COMPLETED


class VideoFailed(VideoEvent):
    """A video could not be made."""

    name = UserEventName.VIDEO_FAILED


class VideoCancelled(VideoEvent):
    """A video was cancelled or deleted before it was made."""

    name = UserEventName.VIDEO_CANCELLED


class VideoPaused(VideoEvent):
    """A video was paused."""

    name = UserEventName.VIDEO_PAUSED


class VideoResumed(VideoEvent):
    """A paused video is being made again."""

    name = UserEventName.VIDEO_RESUMED


@dataclass(frozen=True, kw_only=True)
class ScheduleEvent(FeedEvent):
    """Base of the events about one schedule.

    Attributes:
        job_id: Job that is regenerated; None for new videos.
        batch_id: Batch or creation that was started; None before that.
    """

    schedule_id: str
    kind: ScheduledKind
    scheduled_for: datetime
    status: ScheduleStatus
    job_id: str | None
    batch_id: str | None
    error: str | None


class ScheduleCreated(ScheduleEvent):
    """Work was scheduled."""

    name = UserEventName.SCHEDULE_CREATED


class ScheduleStarted(ScheduleEvent):
    """Scheduled work was started."""

    name = UserEventName.SCHEDULE_STARTED


class ScheduleFailed(ScheduleEvent):
    """Scheduled work could not be started."""

    name = UserEventName.SCHEDULE_FAILED


class ScheduleCancelled(ScheduleEvent):
    """Scheduled work was cancelled before its time."""

    name = UserEventName.SCHEDULE_CANCELLED


@dataclass(frozen=True, kw_only=True)
class BudgetReached(FeedEvent):
    """The user's files reached a share of the storage budget.

    Attributes:
        percent: The share.
        is_full: Whether nothing more can be stored.
    """

    name = UserEventName.BUDGET_REACHED
    percent: int
    used_bytes: int
    budget_bytes: int
    is_full: bool


@dataclass(frozen=True, kw_only=True)
class SpendLimitReached(FeedEvent):
    """What the user spent and reserved reached a share of the monthly spend limit.

    Attributes:
        percent: The share.
        spent: US dollars charged in the month.
        reserved: US dollars for what is accepted and has not ended.
        limit: US dollars a month.
        is_used_up: Whether nothing that costs is accepted any more.
    """

    name = UserEventName.SPEND_LIMIT_REACHED
    percent: int
    month: str
    spent: Decimal
    reserved: Decimal
    limit: Decimal
    is_used_up: bool


@dataclass(frozen=True, kw_only=True)
class UserReset:
    """State of a stream for a reader whose events are no longer kept; sent as ``reset``, never stored.

    Attributes:
        processing: Number of videos that are being made.
    """

    processing: int


USER_EVENTS: Sequence[type[FeedEvent]] = (
    *VideoEvent.__subclasses__(),
    *ScheduleEvent.__subclasses__(),
    BudgetReached,
    SpendLimitReached,
)
"""Every event of a user, one class for each name."""


@dataclass(frozen=True)
class UserEventDraft:
    """An event before the commit gives it its number.

    Attributes:
        processing: Change of the number of videos that are being made: 1, 0 or -1; a paused one is not.
    """

    event: FeedEvent
    processing: int = 0


@dataclass(frozen=True)
class UserEvent:
    """One line of a user's stream."""

    user_id: str
    seq: int
    name: str
    created_at: datetime
    data: dict[str, object] = field(default_factory=dict)
    expires_at: datetime | None = None


@dataclass(frozen=True)
class UserFeed:
    """Position of a user's stream.

    Attributes:
        seq: Number of the last event.
        processing: Number of videos that are being made: while there are some, more events come soon.
    """

    user_id: str
    seq: int = 0
    processing: int = 0


def number_events(
    feed: UserFeed, drafts: Sequence[UserEventDraft], now: datetime
) -> tuple[UserFeed, tuple[UserEvent, ...]]:
    """Return the feed after these events, and the events with their numbers."""
    events = tuple(
        UserEvent(feed.user_id, seq, event.name, now, event_data(event), now + USER_EVENT_RETENTION)
        for seq, event in enumerate((draft.event for draft in drafts), start=feed.seq + 1)
    )
    processing = feed.processing + sum(draft.processing for draft in drafts)
    return replace(feed, seq=feed.seq + len(events), processing=processing), events
