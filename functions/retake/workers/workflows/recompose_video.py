"""The workflows and the API: compose the video of a job."""

from typing import Any

from retake import bootstrap
from retake.observability import logger
from retake.services.versions.recompose_video import recompose_video
from retake.workers.task import Payload, task


def _recompose(event: Payload) -> dict[str, Any]:
    before_ms = bootstrap.context.ffmpeg.busy_ms
    made = recompose_video(event["job_id"], bootstrap.context, batch_id=event.get("batch_id"))
    logger.info(
        "video recomposed",
        fingerprint=made.fingerprint,
        ffmpeg_ms=bootstrap.context.ffmpeg.busy_ms - before_ms,
    )
    return {"fingerprint": made.fingerprint, "timeline_revision": made.timeline_revision}


handler = task(_recompose)
