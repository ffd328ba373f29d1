"""A change of a job: everything one commit writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from retake.domain.records import Event, Job, Record
from retake.domain.statuses import EventName

EVENT_RETENTION = timedelta(days=7)
"""How long events can be resumed from; an older ``Last-Event-ID`` gets a ``reset`` snapshot."""


@dataclass(frozen=True)
class EventDraft:
    """An event before the commit gives it its number."""

    name: EventName
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """What one commit writes: the job as it should be, records inside it, and events.

    Attributes:
        job: The new job, still carrying the ``revision`` and ``event_seq`` it was read with.
        puts: Records written whole.
        removes: Records that go.
        events: Told in this order.
    """

    job: Job
    puts: tuple[Record, ...] = ()
    removes: tuple[Record, ...] = ()
    events: tuple[EventDraft, ...] = ()


def finalize(change: Change, now: datetime) -> tuple[Job, tuple[Event, ...]]:
    """Return the job as it is after the commit, and the numbered events."""
    job = change.job
    events = tuple(
        Event(
            job_id=job.job_id,
            seq=job.event_seq + offset,
            name=draft.name,
            created_at=now,
            data=dict(draft.data),
            expires_at=now + EVENT_RETENTION,
        )
        for offset, draft in enumerate(change.events, start=1)
    )
    return replace(job, revision=job.revision + 1, event_seq=job.event_seq + len(events)), events
