"""Addresses of jobs' streams in answers."""

from collections.abc import Sequence

from retake.domain.clip_versions import ClipTake
from retake.domain.job_streams import plan_stream, sign_stream
from retake.domain.records.jobs import Job
from retake.routes import StreamRoute
from retake.services.context import Context


def stream_url(job: Job, clips: Sequence[ClipTake], ctx: Context) -> str | None:
    """Return the address of a job's stream, which needs no token; None where nothing can be played."""
    if not job.stream_key or not plan_stream(clips):
        return None
    until, signature = sign_stream(job, ctx.clock.now())
    return f"{StreamRoute.READ.address(job_id=job.job_id)}?until={until}&signature={signature}"
