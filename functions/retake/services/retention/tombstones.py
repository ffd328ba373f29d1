"""Delete takes: their records become tombstones, their objects go to the deletion ledger."""

from collections.abc import Sequence
from datetime import datetime

from retake.domain.changes import Change
from retake.domain.events import VersionDeleted
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import Version
from retake.domain.versions import READER_GRACE, tombstone, version_fields


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
