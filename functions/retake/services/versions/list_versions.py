"""Read a clip's versions."""

from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import NotFoundError
from retake.domain.records.jobs import Job
from retake.services.context import Context


def clip_id_at(job: Job, clip_index: int) -> str:
    """Return the clip at a place of the timeline. Raises ``NotFoundError``."""
    if 0 <= clip_index < len(job.clip_ids):
        return job.clip_ids[clip_index]
    raise NotFoundError(
        f"There is no clip {clip_index}; the job has clips 0 to {len(job.clip_ids) - 1}."
        if job.clip_ids
        else "The job has no clips."
    )


def list_versions(job: Job, clip_index: int, ctx: Context) -> ClipVersions:
    """Return the clip and its versions, newest first, with one query."""
    return ctx.jobs.get_clip(job.job_id, clip_id_at(job, clip_index))
