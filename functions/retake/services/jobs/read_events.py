"""Read a job's events from where the reader left off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from retake.domain.records import Event, Job
from retake.domain.statuses import JobStatus
from retake.ports import JobRepository

MAX_EVENTS = 500


@dataclass(frozen=True)
class EventStream:
    """What a reader gets.

    Attributes:
        events: In order, without gaps.
        is_busy: Whether more is likely to come soon.
        reset_to: Set when events before it are no longer kept: start from ``snapshot``.
        snapshot: The job in short, as of ``reset_to``.
    """

    events: Sequence[Event]
    is_busy: bool
    reset_to: int | None = None
    snapshot: Mapping[str, object] = field(default_factory=dict)


def read_events(job: Job, after: int, *, jobs: JobRepository) -> EventStream:
    """Return the events above ``after``; a number the stream never had counts as nothing read."""
    is_busy = job.active_batch_id is not None or job.status is JobStatus.PREPARING
    read = after if 0 <= after <= job.event_seq else 0
    events = jobs.list_events(job.job_id, after=read, limit=MAX_EVENTS)
    # Old events expire one by one, in no order: what is left may have holes.
    is_whole = [event.seq for event in events] == list(range(read + 1, read + 1 + len(events)))
    if is_whole and (events or read == job.event_seq):
        return EventStream(events, is_busy)
    snapshot = {
        "job_id": job.job_id,
        "status": job.status.value,
        "active_batch_id": job.active_batch_id,
        "timeline_revision": job.timeline_revision,
    }
    return EventStream((), is_busy, job.event_seq, snapshot)
