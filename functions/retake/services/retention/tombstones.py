"""Delete takes: their records become tombstones, their objects go to the deletion ledger."""

from collections.abc import Sequence
from datetime import datetime

from retake.domain.changes import Change
from retake.domain.errors import NotFoundError
from retake.domain.events.versions import VersionDeleted
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import Version
from retake.domain.statuses import JobStatus, VersionState
from retake.domain.versions import READER_GRACE, tombstone, version_fields
from retake.services.commits import change_job
from retake.services.context import Context


def tombstone_change(
    job: Job, versions: Sequence[Version], *, reason: str, deletion_id: str, now: datetime
) -> Change:
    """Return the change that deletes takes, in one commit with the ledger's entry for all their objects.

    The records stay, with instruction, cost and times: what was spent outlives what it bought.

    Args:
        job: The job.
        versions: Takes of it that are no clip's current one.
        reason: Why, for the event and the ledger.
        deletion_id: Name of the ledger's entry.
        now: The moment.
    """
    keys = tuple(key for version in versions for key in version.keys)
    ledger = Deletion(job.job_id, deletion_id, keys, now + READER_GRACE, reason)
    tombstones = tuple(tombstone(version, now=now) for version in versions)
    events = tuple(VersionDeleted(**version_fields(job, version), reason=reason) for version in versions)
    return Change(job, (*tombstones, ledger), events=events)


ARCHIVE_KEY_PARTS = 5
"""``archive/{job}/{clip}/{materialisation}/{name}``"""

EXPIRED = "its copy in the archive expired"


def tombstone_version(key: str, ctx: Context) -> bool:
    """Delete the take that an expired object belonged to: its record stays, its other objects go.

    Events come late, twice and in any order, and every object of a take sends one: a key that no
    archived take names any more changes nothing. A take that is being brought back is left to the worker that
    does that: only that one knows whether it has read it already.

    Args:
        key: The object that is gone.
        ctx: The ports.

    Returns:
        Whether this call deleted a take.
    """
    parts = key.split("/")
    if len(parts) != ARCHIVE_KEY_PARTS or parts[0] != "archive":
        return False
    job_id, clip_id = parts[1], parts[2]

    def decide(job: Job) -> tuple[Change | None, bool]:
        if job.status is JobStatus.DELETING:
            return None, False
        version = ctx.jobs.get_clip(job_id, clip_id).owner_of(key)
        if version is None or version.state is not VersionState.ARCHIVED:
            return None, False
        change = tombstone_change(
            job, (version,), reason=EXPIRED, deletion_id=ctx.ids.new(), now=ctx.clock.now()
        )
        return change, True

    try:
        return change_job(job_id, decide, ctx)[1]
    except NotFoundError:  # deleted meanwhile, or never one of ours
        return False
