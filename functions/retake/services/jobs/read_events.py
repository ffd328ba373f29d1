"""Read the events of a job or of a user, from where the reader stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from retake.domain.events.base import event_data
from retake.domain.events.jobs import JobReset
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Event
from retake.domain.statuses import JobStatus
from retake.domain.user_events import UserEvent, UserReset
from retake.services.context import Context

MAX_EVENTS = 500


@dataclass(frozen=True)
class EventStream:
    """What a reader gets.

    Attributes:
        events: In order, without gaps.
        is_busy: Whether more is likely to come soon.
        reset_to: Set when events before it are no longer kept: start from ``snapshot``.
        snapshot: How things are, in short, as of ``reset_to``.
    """

    events: Sequence[Event | UserEvent]
    is_busy: bool
    reset_to: int | None = None
    snapshot: Mapping[str, object] = field(default_factory=dict)


def read_events(job: Job, after: int, ctx: Context) -> EventStream:
    """Return the events above ``after``; a number the stream never had counts as nothing read."""
    is_video_paused = job.video is not None and job.video.paused_at is not None
    # What is made of its files is under way, also where what it generates after them is paused.
    is_paused = is_video_paused or (bool(job.paused_batch_ids) and not job.awaits_files)
    is_busy = job.active_batch_id is not None or (job.status is JobStatus.PREPARING and not is_paused)
    read = after if 0 <= after <= job.event_seq else 0
    events = ctx.jobs.list_events(job.job_id, after=read, limit=MAX_EVENTS)
    if _is_whole(events, read, job.event_seq):
        return EventStream(events, is_busy)
    state = JobReset(
        job_id=job.job_id,
        status=job.status,
        active_batch_id=job.active_batch_id,
        timeline_revision=job.timeline_revision,
    )
    return EventStream((), is_busy, job.event_seq, event_data(state))


def read_user_events(user_id: str, after: int, ctx: Context) -> EventStream:
    """Return a user's events above ``after``; a number the stream never had counts as none."""
    feed = ctx.user_events.get_feed(user_id)
    read = after if 0 <= after <= feed.seq else 0
    events = ctx.user_events.list_user_events(user_id, after=read, limit=MAX_EVENTS)
    is_busy = feed.processing > 0
    if _is_whole(events, read, feed.seq):
        return EventStream(events, is_busy)
    return EventStream((), is_busy, feed.seq, event_data(UserReset(processing=feed.processing)))


def _is_whole(events: Sequence[Event | UserEvent], read: int, last: int) -> bool:
    """Whether nothing is missing: old events expire one by one, in no order, so there may be holes."""
    if not events:
        return read == last
    return [event.seq for event in events] == list(range(read + 1, read + 1 + len(events)))
