"""Delete takes: their records become tombstones, their objects go to the deletion ledger."""

from collections.abc import Sequence
from datetime import datetime

from retake.domain.changes import Change, EventDraft
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import Version
from retake.domain.statuses import EventName
from retake.domain.versions import READER_GRACE, tombstone


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
    events = tuple(_event(job, version, reason) for version in versions)
    return Change(job, (*tombstones, ledger), events=events)


def _event(job: Job, version: Version, reason: str) -> EventDraft:
    # A clip that was taken out of the timeline has no place any more; its takes are kept and age.
    index = job.clip_ids.index(version.clip_id) if version.clip_id in job.clip_ids else None
    data = {
        "clip_index": index,
        "clip_title": version.clip_title or None,
        "version_id": version.version_id,
        "version_number": version.version_number,
        "reason": reason,
    }
    return EventDraft(EventName.VERSION_DELETED, data)
