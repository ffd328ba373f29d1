"""When a record has to be checked again if no other step does it first."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zlib import crc32

from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Composition, Job
from retake.domain.records.kinds import Record
from retake.domain.records.ledger import Deletion
from retake.domain.records.shares import Comment, Share, ShareToken
from retake.domain.records.takes import Version
from retake.domain.statuses import BatchStatus, JobStatus, VersionState

COMPOSE_GRACE = timedelta(minutes=2)
"""How long the composed video may be behind the timeline before it is composed again."""

KEPT_FOR = timedelta(days=1)
"""How long a composed video stays that is no longer the newest, for going back and forth. After
that it is joined again of its takes, which costs little more than a copy."""

LEASED = {BatchStatus.STARTING, BatchStatus.RUNNING, BatchStatus.HELD, BatchStatus.CANCELLING}
"""Statuses of a batch with a lease, where an execution works on it or generations are found out."""


class DueKind(StrEnum):
    """Why a record has to be checked (the sparse ``due_work`` index)."""

    BATCH = "batch"  # a batch's lease ran out
    PREPARATION = "preparation"  # a job's preparation, or that of added clips, should be over
    COMPOSITION = "composition"  # the composed video is behind the timeline
    ARCHIVE = "archive"  # a version should be in the archive by now
    RESTORE = "restore"  # an archived version should be back by now
    SUPERSEDED = "superseded"  # an active version that is not current, since then
    ARCHIVED = "archived"  # an archived version that stopped being current then
    KEPT = "kept"  # a composed video that is no longer the newest was kept long enough
    DELETION = "deletion"  # objects nothing refers to
    PURGE = "purge"  # a deleted job


SHARDS = {DueKind.SUPERSEDED: 8, DueKind.ARCHIVED: 8}
"""Index partitions of the kinds that have an entry for every old take; the others need one.

A partition takes 1,000 writes a second; sweeps read them all, one query each."""

Due = tuple[DueKind, datetime]


def shard_of(kind: DueKind, job_id: str) -> int | None:
    """Return the index partition of a job's entries; None for a kind that has one only."""
    shards = SHARDS.get(kind)
    return None if shards is None else crc32(job_id.encode()) % shards


def due_of(record: Job | Record, now: datetime) -> Due | None:
    """Return why and when a record written ``now`` has to be checked; None if it does not."""
    match record:
        case Job():
            return _due_of_job(record, now)
        case Version():
            return _due_of_version(record)
        case Batch(status=status, lease_until=datetime() as at) if status in LEASED:
            return DueKind.BATCH, at
        case Deletion():
            return DueKind.DELETION, record.due_at
        case Batch() | Clip() | Regeneration() | Share() | ShareToken() | Comment():
            return None


def _due_of_version(version: Version) -> Due | None:
    # Old takes are indexed by age, not by when they are due: a change of the policy rewrites nothing.
    found = {
        VersionState.ACTIVE: (DueKind.SUPERSEDED, version.superseded_at),
        VersionState.ARCHIVING: (DueKind.ARCHIVE, version.archive_due_at),
        VersionState.ARCHIVED: (DueKind.ARCHIVED, version.superseded_at),
        VersionState.RESTORING: (DueKind.RESTORE, version.returning.look_at if version.returning else None),
    }.get(version.state)
    return None if found is None or found[1] is None else (found[0], found[1])


def _due_of_job(job: Job, now: datetime) -> Due | None:
    # What is generated is looked after by its batch, which has the lease.
    if job.awaits_files:
        return DueKind.PREPARATION, job.lease_until or now
    if job.status is JobStatus.DELETING:
        return DueKind.PURGE, job.lease_until or now
    if job.additions:
        return DueKind.PREPARATION, min(addition.lease_until for addition in job.additions)
    # While a batch runs its own workflow composes, once, at its end.
    if job.status is JobStatus.READY and not job.is_composed and job.active_batch_id is None:
        return DueKind.COMPOSITION, max(now + COMPOSE_GRACE, job.lease_until or now)
    if job.kept_compositions:
        return DueKind.KEPT, min(kept_until(made) or now for made in job.kept_compositions)
    return None


def kept_until(made: Composition) -> datetime | None:
    """Return until when a composed video is kept that is no longer the newest; None in older records."""
    return None if made.superseded_at is None else made.superseded_at + KEPT_FOR


def position_in_index(at: datetime, place: str, job_id: str) -> str:
    """Return the text that orders an entry of the index: by time, then by record, the same everywhere."""
    return f"{instant(at)}#{place}#{job_id}"


def instant(at: datetime) -> str:
    """Return a time in text that sorts as time does."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class DueWork:
    """One entry of the index.

    Attributes:
        record_id: The batch's, version's or deletion's id; the job's for the job's own kinds.
        clip_id: The clip, for a version.
        position: Orders the entries of a kind: where a list that was cut goes on.
    """

    kind: DueKind
    job_id: str
    record_id: str
    clip_id: str | None
    due_at: datetime
    position: str = field(default="", compare=False)
