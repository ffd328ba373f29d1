"""Jobs in dictionaries, with the same compare-and-swap as the table."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import TypeVar

from retake.domain.changes import Change, FinalChange, finalize
from retake.domain.clip_versions import ClipTake, ClipVersions
from retake.domain.due import Due, DueKind, due_of, instant, position_in_index
from retake.domain.errors import (
    ConcurrentUpdateError,
    InvalidRequestError,
    NotFoundError,
    StorageUnavailableError,
)
from retake.domain.history import PastGeneration
from retake.domain.open_work import OpenWork
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.kinds import Record
from retake.domain.records.ledger import Deletion, Event
from retake.domain.records.takes import Version
from retake.domain.spending import NOTHING_SPENT, Spent
from retake.domain.statuses import JobKind, JobStatus, RegenerationStatus
from retake.domain.usage import NOTHING, StoredBytes, usage_shard_of
from retake.domain.user_events import UserEvent, UserEventDraft, UserFeed, number_events
from retake.domain.videos import VideoFilter
from retake.ports.jobs import DueWork
from retake.ports.pages import Page
from retake.ports.sweeps import RecordTrace
from retake.ports.system import Clock

TRANSACTION_ITEMS = 100

T = TypeVar("T")
Key = tuple[str, ...]


@dataclass
class Partition:
    """One job's records: what a table keeps under one partition key."""

    records: dict[Key, Job | Record] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    due: dict[Key, Due] = field(default_factory=dict)
    written: dict[Key, datetime] = field(default_factory=dict)


@dataclass
class Counters:
    """What users store by part, and which parts changed when."""

    stored: dict[str, dict[int, StoredBytes]] = field(default_factory=dict)
    changed: dict[tuple[str, int], str] = field(default_factory=dict)

    def add(self, final: FinalChange, now: datetime) -> None:
        """Add what a commit adds."""
        if final.user_stored == NOTHING:
            return
        user_id, part = final.job.user_id, usage_shard_of(final.job.job_id)
        parts = self.stored.setdefault(user_id, {})
        parts[part] = parts.get(part, NOTHING) + final.user_stored
        self.changed[user_id, part] = position_in_index(now, str(part), user_id)


@dataclass
class Told:
    """What users were told of their videos and schedules."""

    feeds: dict[str, UserFeed] = field(default_factory=dict)
    events: list[UserEvent] = field(default_factory=list)

    def add(self, final: FinalChange, now: datetime) -> None:
        """Tell what a commit tells."""
        self.append(final.job.user_id, final.user_events, now)

    def append(self, user_id: str, drafts: Sequence[UserEventDraft], now: datetime) -> None:
        """Number what a user is told, and keep it."""
        feed, events = number_events(self.feeds.get(user_id, UserFeed(user_id)), drafts, now)
        if events:
            self.feeds[user_id] = feed
            self.events.extend(events)


@dataclass
class Spendings:
    """What users spent, by month."""

    months: dict[tuple[str, str], Spent] = field(default_factory=dict)

    def guard(self, final: FinalChange) -> None:
        """Refuse a commit for which there is no room left. Raises ``ConcurrentUpdateError``."""
        for change in final.months:
            spent = self.months.get((final.job.user_id, change.month), NOTHING_SPENT)
            if change.most is not None and spent.committed > change.most:
                raise ConcurrentUpdateError("Others took what was left of the month.")

    def add(self, final: FinalChange) -> None:
        """Add what a commit adds."""
        for change in final.months:
            place = final.job.user_id, change.month
            self.months[place] = self.months.get(place, NOTHING_SPENT) + change.added


class InMemoryJobRepository:
    """A ``JobRepository`` for tests; ``before_commit`` is where somebody else may be faster."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._partitions: dict[str, Partition] = {}
        self._lock = Lock()
        self.usage = Counters()
        self.told = Told()
        self.spent = Spendings()
        self.open: dict[str, OpenWork] = {}
        self.past: dict[str, PastGeneration] = {}
        self.before_commit: Callable[[], None] = lambda: None

    # --- reading --------------------------------------------------------------------------------

    def get_job(self, job_id: str) -> Job:
        return self._get(Job, job_id, ("job",), f"There is no job {job_id!r}.")

    def get_batch(self, job_id: str, batch_id: str) -> Batch:
        return self._get(Batch, job_id, ("batch", batch_id), f"This job has no batch {batch_id!r}.")

    def get_regeneration(self, job_id: str, regeneration_id: str) -> Regeneration:
        missing = f"This job has no regeneration {regeneration_id!r}."
        return self._get(Regeneration, job_id, ("regeneration", regeneration_id), missing)

    def get_deletion(self, job_id: str, deletion_id: str) -> Deletion:
        missing = f"The ledger has no entry {deletion_id!r}."
        return self._get(Deletion, job_id, ("deletion", deletion_id), missing)

    def get_clip(self, job_id: str, clip_id: str) -> ClipVersions:
        for found in self.list_clips(job_id):
            if found.clip.clip_id == clip_id:
                return found
        raise NotFoundError(f"This job has no clip {clip_id!r}.")

    def list_takes(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[ClipTake]:
        takes = []
        for clip_id in clip_ids:
            current = self.get_clip(job_id, clip_id).clip.current_version
            takes.append(self.get_take(job_id, clip_id, current))
        return takes

    def list_active(self, job_id: str, clip_ids: Sequence[str]) -> Sequence[ClipVersions]:
        found = []
        for clip_id in clip_ids:
            entry = self.get_clip(job_id, clip_id)
            known = entry.clip.active_versions
            listed = [item for item in entry.versions if known is None or item.version_number in known]
            found.append(ClipVersions(entry.clip, listed))
        return found

    def get_take(self, job_id: str, clip_id: str, number: int | None) -> ClipTake:
        entry = self.get_clip(job_id, clip_id)
        found = (item for item in entry.versions if item.version_number == number)
        return ClipTake(entry.clip, next(found, None))

    def list_clips(self, job_id: str) -> Sequence[ClipVersions]:
        with self._lock:
            records = [*self._partition(job_id).records.values()]
        versions = [record for record in records if isinstance(record, Version)]
        return [
            ClipVersions(
                clip,
                sorted(
                    (version for version in versions if version.clip_id == clip.clip_id),
                    key=lambda version: -version.version_number,
                ),
            )
            for clip in records
            if isinstance(clip, Clip)
        ]

    def list_regenerations(self, job_id: str, regeneration_ids: Sequence[str]) -> Sequence[Regeneration]:
        found = [self._partition(job_id).records.get(("regeneration", item)) for item in regeneration_ids]
        return [record for record in found if isinstance(record, Regeneration)]

    def find_batches(self, job_id: str, batch_ids: Sequence[str]) -> Sequence[Batch]:
        found = [self._partition(job_id).records.get(("batch", item)) for item in batch_ids]
        return [record for record in found if isinstance(record, Batch)]

    def list_events(self, job_id: str, *, after: int, limit: int) -> Sequence[Event]:
        return [event for event in self._partition(job_id).events if event.seq > after][:limit]

    def list_jobs(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Job]:
        jobs = [job for job in self._all(Job) if job.user_id == user_id and job.kind is JobKind.JOB]
        return _page(
            jobs, lambda job: [job.created_at.isoformat(), job.job_id], f"user {user_id}", limit, cursor
        )

    def list_videos(self, user_id: str, wanted: VideoFilter, *, limit: int, cursor: str | None) -> Page[Job]:
        videos = [job for job in self._all(Job) if job.user_id == user_id and _is_wanted(job, wanted)]
        return _page(
            videos,
            lambda job: [instant(job.created_at), job.job_id],
            f"videos {user_id} {wanted.since} {wanted.until}",
            limit,
            cursor,
        )

    def list_open(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Job]:
        listed = {entry.job_id for entry in self.open.values() if entry.expires_at is None}
        jobs = [job for job in self._all(Job) if job.user_id == user_id and job.job_id in listed]
        return _page(jobs, lambda job: [job.job_id], f"open {user_id}", limit, cursor)

    def list_batches(self, job_id: str, *, limit: int, cursor: str | None) -> Page[Batch]:
        batches = [batch for batch in self._all(Batch) if batch.job_id == job_id]
        return _page(batches, lambda batch: [f"{batch.queue_number:06}"], f"job {job_id}", limit, cursor)

    def list_due(self, kind: DueKind, *, before: datetime, limit: int, after: str = "") -> Sequence[DueWork]:
        with self._lock:
            entries = [
                _due_work(kind, at, job_id, partition.records[key])
                for job_id, partition in self._partitions.items()
                for key, (found, at) in partition.due.items()
                if found is kind and at <= before
            ]
        entries = [entry for entry in entries if entry.position > after]
        return sorted(entries, key=lambda entry: entry.position)[:limit]

    # --- writing --------------------------------------------------------------------------------

    def commit(self, change: Change, *, now: datetime) -> Job:
        self.before_commit()
        final = finalize(change, now)
        job = final.job
        with self._lock:
            partition = self._partitions.get(job.job_id, Partition())
            stored = partition.records.get(("job",))
            if (stored.revision if isinstance(stored, Job) else 0) != change.job.revision:
                raise ConcurrentUpdateError(f"Job {job.job_id} changed meanwhile.")
            self.spent.guard(final)
            _require_one_transaction(change, final)
            self._partitions[job.job_id] = partition
            for record in (job, *final.puts):
                _put(partition, record, now)
            for record in change.removes:
                _remove(partition, _key(record))
            partition.events.extend(final.events)
            self.usage.add(final, now)
            self.told.add(final, now)
            self.spent.add(final)
            if final.open_work is not None:
                self.open[job.job_id] = final.open_work
            self.past |= {line.regeneration_id: line for line in final.history}
        return job

    def note_look(self, job_id: str, regeneration_id: str, *, poll_seq: int, progress: int) -> None:
        with self._lock:
            found = self._partition(job_id).records.get(("regeneration", regeneration_id))
            if not isinstance(found, Regeneration) or found.status is not RegenerationStatus.GENERATING:
                return
            if found.poll_seq < poll_seq:
                looked = replace(found, poll_seq=poll_seq, progress=progress)
                _put(self._partition(job_id), looked, self._clock.now())

    def put_drafts(self, records: Sequence[Clip | Regeneration | Deletion]) -> None:
        with self._lock:
            for record in records:
                _put(self._partitions.setdefault(record.job_id, Partition()), record, self._clock.now())

    def remove_deletion(self, deletion: Deletion) -> None:
        with self._lock:
            _remove(self._partition(deletion.job_id), _key(deletion))

    def purge(self, job_id: str) -> None:
        with self._lock:
            partition = self._partition(job_id)
            partition.events.clear()
            for key in [key for key in partition.records if key[0] != "deletion"]:
                _remove(partition, key)

    # --- for tests ------------------------------------------------------------------------------

    def all_deletions(self) -> Sequence[Deletion]:
        """Return the whole ledger."""
        return self._all(Deletion)

    def all_jobs(self) -> Sequence[Job]:
        """Return every job."""
        return self._all(Job)

    def lose_job(self, job_id: str) -> None:
        """Remove the job alone, as a purge would that took it first and died."""
        with self._lock:
            _remove(self._partition(job_id), ("job",))

    def all_traces(self) -> Sequence[RecordTrace]:
        """Return when each record was written, job by job."""
        with self._lock:
            return [
                trace
                for job_id, partition in self._partitions.items()
                for trace in (
                    *(
                        RecordTrace(job_id, type(partition.records[key]).__name__, at)
                        for key, at in partition.written.items()
                    ),
                    *(RecordTrace(job_id, "Event", event.created_at) for event in partition.events),
                )
            ]

    # --- inside ---------------------------------------------------------------------------------

    def _partition(self, job_id: str) -> Partition:
        return self._partitions.get(job_id, Partition())

    def _all(self, kind: type[T]) -> list[T]:
        with self._lock:
            return [
                record
                for partition in self._partitions.values()
                for record in partition.records.values()
                if isinstance(record, kind)
            ]

    def _get(self, kind: type[T], job_id: str, key: Key, missing: str) -> T:
        record = self._partition(job_id).records.get(key)
        if not isinstance(record, kind):
            raise NotFoundError(missing)
        return record


def _require_one_transaction(change: Change, final: FinalChange) -> None:
    """Refuse what DynamoDB would: a transaction holds 100 items. Raises ``StorageUnavailableError``."""
    told = len(final.user_events) + 1 if final.user_events else 0
    counted = (final.user_stored != NOTHING) + (final.open_work is not None)
    lists = (final.puts, final.events, change.removes, final.months, final.history)
    if 1 + told + counted + sum(map(len, lists)) > TRANSACTION_ITEMS:
        raise StorageUnavailableError("The commit is larger than a transaction.")


def _key(record: Job | Record) -> Key:
    match record:
        case Job():
            return ("job",)
        case Clip():
            return "clip", record.clip_id
        case Version():
            return "version", record.clip_id, str(record.version_number)
        case Batch():
            return "batch", record.batch_id
        case Regeneration():
            return "regeneration", record.regeneration_id
        case Deletion():
            return "deletion", record.deletion_id


def _put(partition: Partition, record: Job | Record, now: datetime) -> None:
    key = _key(record)
    partition.records[key] = record
    partition.written[key] = now
    due = due_of(record, now)
    if due is None:
        partition.due.pop(key, None)
    else:
        partition.due[key] = due


def _remove(partition: Partition, key: Key) -> None:
    for kept in (partition.records, partition.due, partition.written):
        kept.pop(key, None)


def _due_work(kind: DueKind, at: datetime, job_id: str, record: Job | Record) -> DueWork:
    key = _key(record)
    position = position_in_index(at, "#".join(key), job_id)
    if isinstance(record, Version):
        return DueWork(kind, job_id, str(record.version_number), record.clip_id, at, position)
    return DueWork(kind, job_id, key[-1] if not isinstance(record, Job) else job_id, None, at, position)


def _is_wanted(job: Job, wanted: VideoFilter) -> bool:
    if job.video is None or job.status is JobStatus.DELETING:
        return False
    return (
        wanted.project_id in (None, job.video.project_id)
        and wanted.status in (None, job.video.status)
        and (wanted.since is None or wanted.since <= job.created_at)
        and (wanted.until is None or job.created_at < wanted.until)
    )


def _page(
    items: Sequence[T], key: Callable[[T], list[str]], scope: str, limit: int, cursor: str | None
) -> Page[T]:
    ordered = sorted(items, key=key, reverse=True)
    if cursor is not None:
        after = _decode(cursor, scope)
        ordered = [item for item in ordered if key(item) < after]
    page = ordered[:limit]
    if len(ordered) <= limit:
        return Page(page, None)
    last = json.dumps([scope, key(page[-1])]).encode()
    return Page(page, base64.urlsafe_b64encode(last).decode().rstrip("="))


def _decode(cursor: str, scope: str) -> list[str]:
    try:
        found, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidRequestError("'cursor' is not one that this list gave.") from error
    if found != scope or not isinstance(key, list):
        raise InvalidRequestError("'cursor' is not one that this list gave.")
    return [str(part) for part in key]
