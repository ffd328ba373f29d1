"""CreateVideos, last step: every video has ended; sum up how."""

from retake import bootstrap
from retake.observability import logger
from retake.services.videos.finish_creation import finish_creation
from retake.workers.task import Payload, task


def _finish(event: Payload) -> dict[str, str]:
    ended = finish_creation(event["creation_id"], bootstrap.context)
    logger.info("videos finished", status=ended.status, cause=ended.cause)
    return {"status": ended.status.value, "cause": ended.cause}


handler = task(_finish)
