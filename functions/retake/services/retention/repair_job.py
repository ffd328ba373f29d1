"""Repair what the examination of a job found: through the ledger, tombstones and commits only."""

from collections.abc import Sequence
from datetime import datetime

from retake.domain.changes import Change
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import Version
from retake.domain.statuses import JobStatus, VersionState
from retake.domain.versions import READER_GRACE
from retake.ports.objects import ObjectInfo
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.retention.examine_job import Findings
from retake.services.retention.tombstones import tombstone_change

KEYS_PER_ENTRY = 100
"""Keys in one entry of the deletion ledger: an item holds 400 KB, a key is some 150 bytes."""

VERSIONS_PER_COMMIT = 50
"""Of the 100 items that a transaction holds."""

UNNAMED = "no record names it"
VIDEO_IS_GONE = "its video is gone from the store"


def schedule_deletion(job_id: str, orphaned: Sequence[ObjectInfo], ctx: Context, *, now: datetime) -> None:
    """Hand objects to the deletion ledger, which looks once more whether a record names them."""
    keys = [info.key for info in orphaned]
    entries = [
        Deletion(
            job_id, ctx.ids.new(), tuple(keys[start : start + KEYS_PER_ENTRY]), now + READER_GRACE, UNNAMED
        )
        for start in range(0, len(keys), KEYS_PER_ENTRY)
    ]
    ctx.jobs.put_drafts(entries)


def tombstone_missing(version: Version, ctx: Context) -> bool:
    """Delete an old take whose video is gone, unless it became current or lies somewhere else now.

    Returns:
        Whether this call deleted it.
    """

    def decide(job: Job) -> tuple[Change | None, bool]:
        found = ctx.jobs.get_clip(job.job_id, version.clip_id)
        now = found.by_id(version.version_id)
        is_current = found.clip.current_version == version.version_number
        if now is None or is_current or job.status is JobStatus.DELETING:
            return None, False
        if now.keys != version.keys or now.state is VersionState.RESTORING:
            return None, False
        change = tombstone_change(
            job, (now,), reason=VIDEO_IS_GONE, deletion_id=ctx.ids.new(), now=ctx.clock.now()
        )
        return change, True

    return change_job(version.job_id, decide, ctx)[1]


def repair_counters(findings: Findings, ctx: Context) -> bool:
    """Correct the counters of a job, and of its user, to what the store holds.

    Returns:
        Whether they do now; False where the job changed since it was examined, or more is wrong than
        one commit holds: the next examination goes on.
    """
    count = findings.count

    def decide(job: Job) -> tuple[Change | None, bool]:
        if job.revision != findings.job.revision:
            return None, False
        return Change(count.job, count.repaired_versions[:VERSIONS_PER_COMMIT]), True

    _, done = change_job(findings.job.job_id, decide, ctx)
    return done and len(count.repaired_versions) <= VERSIONS_PER_COMMIT
