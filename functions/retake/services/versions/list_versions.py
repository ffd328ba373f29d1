"""Read a clip's versions."""

from retake.domain.clip_names import clip_id_at
from retake.domain.clip_versions import ClipVersions
from retake.domain.records.jobs import Job
from retake.services.context import Context


def list_versions(job: Job, clip_index: int, ctx: Context) -> ClipVersions:
    """Return the clip and its versions, newest first, with one query."""
    return ctx.jobs.get_clip(job.job_id, clip_id_at(job, clip_index))
