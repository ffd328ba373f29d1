"""Find the file that shows a video."""

from retake.domain.records.jobs import Job
from retake.domain.videos import VideoStatus
from retake.services.context import Context


def playable(job: Job, ctx: Context) -> tuple[str, str] | None:
    """Return the key of the file that shows a video, and its thumbnail's; None before it is completed.

    That is the composed video. Between the take and its composition it is the take, which plays as well.
    """
    if job.video is None or job.video.status is not VideoStatus.COMPLETED:
        return None
    if job.composition is not None:
        made = job.composition
        return made.video_key, made.poster_key
    [shown] = ctx.jobs.list_takes(job.job_id, job.clip_ids)
    if shown.version is None:
        return None
    return shown.version.objects.video_key, shown.version.objects.thumbnail_key
