"""Delete a clip that was removed from the timeline: its takes, and the way back to them."""

from dataclasses import replace

from retake.domain.changes import Change
from retake.domain.errors import ConflictError
from retake.domain.records.jobs import Job
from retake.domain.statuses import VersionState
from retake.domain.timeline import delete_removed, require_quiet
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.retention.tombstones import tombstone_change

PER_COMMIT = 20
"""Takes deleted in one commit: each is up to two of its 100 items."""

REASON = "its clip was deleted"

MOVING = frozenset({VersionState.ARCHIVING, VersionState.RESTORING})


def delete_removed_clip(job_id: str, clip_id: str, ctx: Context) -> Job:
    """Delete the takes of a removed clip, which cannot be put back after that; a repeat changes nothing.

    The records of its takes stay, with instruction, cost and times: what was spent outlives what it bought. A
    request that ends half-way leaves the clip among the removed ones, with fewer takes; a repeat deletes the
    rest.

    Raises:
        NotFoundError: If there is no such clip.
        ConflictError: If it is in the timeline, a batch runs or waits, or one of its takes is on its way into
            the archive or back.
    """

    def decide(job: Job) -> tuple[Change | None, bool]:
        if clip_id in job.clip_ids:
            raise ConflictError("This clip is in the timeline; remove it before you delete it.")
        found = ctx.jobs.get_clip(job_id, clip_id)
        if found.clip.deleted_at is not None:
            return None, False
        require_quiet(job)
        now = ctx.clock.now()
        stored = [version for version in found.versions if version.state is not VersionState.DELETED]
        if any(version.state in MOVING for version in stored):
            raise ConflictError(
                "A take of this clip is on its way into the archive or back; try again in some minutes."
            )
        going = [replace(one, superseded_at=one.superseded_at or now) for one in stored[-PER_COMMIT:]]
        has_more = len(stored) > len(going)
        last = Change(job) if has_more else delete_removed(job, found.clip, now=now)
        if not going:
            return last, False
        gone = tombstone_change(last.job, going, reason=REASON, deletion_id=ctx.ids.new(), now=now)
        return replace(gone, puts=(*last.puts, *gone.puts)), has_more

    while True:
        job, has_more = change_job(job_id, decide, ctx)
        if not has_more:
            return job
