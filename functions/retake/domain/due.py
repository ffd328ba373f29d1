"""When somebody should look at a record again, were the world to stop now."""

from datetime import datetime, timedelta
from enum import StrEnum

from retake.domain.records import Batch, Clip, Deletion, Job, Record, Regeneration, Version
from retake.domain.statuses import BatchStatus, JobStatus, VersionState

COMPOSE_GRACE = timedelta(minutes=2)
"""How long the composed video may be behind the timeline before it is composed again."""

HELD = {BatchStatus.STARTING, BatchStatus.RUNNING, BatchStatus.CANCELLING}


class DueKind(StrEnum):
    """Why somebody should look at something (the sparse ``due_work`` index)."""

    BATCH = "batch"  # a batch's lease ran out
    PREPARATION = "preparation"  # a job's preparation should be over
    COMPOSITION = "composition"  # the composed video is behind the timeline
    ARCHIVE = "archive"  # a version should be in the archive by now
    DELETION = "deletion"  # objects nothing refers to
    PURGE = "purge"  # a deleted job


Due = tuple[DueKind, datetime]


def due_of(record: Job | Record, now: datetime) -> Due | None:
    """Return why and when a record written ``now`` needs a look; None when it rests."""
    match record:
        case Job():
            return _due_of_job(record, now)
        case Batch(status=status, lease_until=datetime() as at) if status in HELD:
            return DueKind.BATCH, at
        case Version(state=VersionState.ARCHIVING, archive_due_at=datetime() as at):
            return DueKind.ARCHIVE, at
        case Deletion():
            return DueKind.DELETION, record.due_at
        case Batch() | Version() | Clip() | Regeneration():
            return None


def _due_of_job(job: Job, now: datetime) -> Due | None:
    if job.status is JobStatus.PREPARING:
        return DueKind.PREPARATION, job.lease_until or now
    if job.status is JobStatus.DELETING:
        return DueKind.PURGE, job.lease_until or now
    # While a batch runs its own workflow composes, once, at its end.
    if job.status is JobStatus.READY and not job.is_composed and job.active_batch_id is None:
        return DueKind.COMPOSITION, now + COMPOSE_GRACE
    return None
