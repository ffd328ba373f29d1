"""A change of a job: everything one commit writes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from retake.domain.doubts import without_doubt
from retake.domain.events.base import JobEvent, event_data
from retake.domain.history import PastGeneration, past_generations
from retake.domain.open_work import OpenWork, list_open_work
from retake.domain.records.batches import Regeneration
from retake.domain.records.jobs import Job
from retake.domain.records.kinds import Record
from retake.domain.records.ledger import Event
from retake.domain.records.schema import COUNTED_SINCE
from retake.domain.records.takes import Version
from retake.domain.spending import MonthChange, Reservation, month_changes, settle_hold
from retake.domain.statuses import JobStatus
from retake.domain.usage import NOTHING, StoredBytes
from retake.domain.user_events import UserEventDraft
from retake.domain.video_tracking import follow_video, user_events_for

EVENT_RETENTION = timedelta(days=7)
"""How long events can be resumed from; an older ``Last-Event-ID`` gets a ``reset`` snapshot."""


@dataclass(frozen=True)
class Change:
    """What one commit writes: the job as it should be, records inside it, and events.

    Attributes:
        job: The new job, still carrying the ``revision`` and ``event_seq`` it was read with.
        puts: Records written whole.
        removes: Records that go.
        events: Numbered in this order.
        reserves: What is set aside for generations that are accepted; nothing is written at all where
            the user's month has no room for it.
    """

    job: Job
    puts: tuple[Record, ...] = ()
    removes: tuple[Record, ...] = ()
    events: tuple[JobEvent, ...] = ()
    reserves: Reservation | None = None


@dataclass(frozen=True)
class FinalChange:
    """What a commit really writes.

    Attributes:
        job: The job as it is after the commit.
        puts: The records, each with what is counted for it now.
        events: With their numbers.
        user_stored: How much more (or less) the job's user stores.
        user_events: For the stream of the job's user; the commit gives them their numbers.
        months: What is added to the user's months: reserved, given back, charged.
        open_work: What the user's list of open work says of the job from now on, where that changes.
        history: Generations that have ended, for the history that outlives the job.
    """

    job: Job
    puts: tuple[Record, ...]
    events: tuple[Event, ...]
    user_stored: StoredBytes
    user_events: tuple[UserEventDraft, ...] = ()
    months: tuple[MonthChange, ...] = ()
    open_work: OpenWork | None = None
    history: tuple[PastGeneration, ...] = ()


def finalize(change: Change, now: datetime) -> FinalChange:
    """Return what a commit writes: the job, numbered events, counters, and the events of its user.

    A put version has to derive from the one that was read: it carries what was counted for it. So has a
    video's job: it carries the status and the pause of the last event of its user.
    """
    events = tuple(
        Event(
            job_id=change.job.job_id,
            seq=change.job.event_seq + offset,
            name=event.name,
            created_at=now,
            data=event_data(event),
            expires_at=now + EVENT_RETENTION,
        )
        for offset, event in enumerate(change.events, start=1)
    )
    job = replace(
        change.job,
        revision=change.job.revision + 1,
        event_seq=change.job.event_seq + len(events),
        takes_stored=_takes_stored(change),
    )
    job = follow_video(job, change.puts, now)
    reported = None if change.job.revision == 0 else change.job.video
    job, open_work = list_open_work(job, now)
    counted = _counted_for_user(job)
    return FinalChange(
        job=replace(job, counted=counted),
        puts=tuple(_counted(record) for record in change.puts),
        events=events,
        user_stored=counted - job.counted,
        user_events=user_events_for(reported, job),
        months=month_changes(change.puts, change.reserves, now),
        open_work=open_work,
        history=past_generations(job, change.puts),
    )


def _counted_for_user(job: Job) -> StoredBytes:
    if job.schema_version < COUNTED_SINCE:
        return job.counted
    # What is being deleted is no longer its user's: waiting for the purge must not cost a budget.
    return NOTHING if job.status is JobStatus.DELETING else job.stored


def _takes_stored(change: Change) -> StoredBytes:
    stored = change.job.takes_stored
    for record in change.puts:
        if isinstance(record, Version):
            stored += record.stored - record.counted
    for record in change.removes:
        if isinstance(record, Version):
            stored -= record.counted
    return stored


def _counted(record: Record) -> Record:
    if isinstance(record, Version):
        return replace(record, counted=record.stored)
    return without_doubt(settle_hold(record)) if isinstance(record, Regeneration) else record
