"""Keep the records true when S3's lifecycle removes an archived take by itself."""

from retake.domain.changes import Change
from retake.domain.errors import NotFoundError
from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus, VersionState
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.retention.tombstones import tombstone_change

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
