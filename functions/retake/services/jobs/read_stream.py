"""Write the playlist of a job's current takes, for players that carry no token."""

from retake.domain.errors import NotFoundError
from retake.domain.job_streams import is_signed, plan_stream, write_playlist
from retake.domain.statuses import JobStatus
from retake.services.context import Context

NO_STREAM = "There is no such stream, or its address is too old; read the job again for a new one."


def read_stream(job_id: str, ctx: Context, *, until: int, signature: str) -> str:
    """Return the playlist, its addresses of takes signed now.

    Args:
        job_id: The job.
        ctx: The ports.
        until: When the address ends, in seconds since 1970.
        signature: Of the address.

    Raises:
        NotFoundError: If there is no such job, the address is not one that was given out or is too old, or a
            take cannot be played in parts.
    """
    job = ctx.jobs.get_job(job_id)
    is_allowed = is_signed(job, until=until, signature=signature, now=ctx.clock.now())
    if not is_allowed or job.status is JobStatus.DELETING or job.profile is None:
        raise NotFoundError(NO_STREAM)
    takes = plan_stream(ctx.jobs.list_takes(job_id, job.clip_ids))
    if not takes:
        raise NotFoundError(NO_STREAM)
    urls = {take.video_key: ctx.objects.presign_get(take.video_key) for take in takes}
    return write_playlist(takes, urls, job.profile.fps)
