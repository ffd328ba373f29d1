"""RegenerateBatch and CreateVideos: end a batch with its outcome, and start the next one."""

from typing import Any

from retake import bootstrap
from retake.handlers.record_clip_failure import recompose_error
from retake.handlers.worker import Payload, task
from retake.observability import logger
from retake.services.batches.finish_batch import finish_batch


def _finish(event: Payload) -> dict[str, Any]:
    batch = finish_batch(
        event["job_id"], event["batch_id"], bootstrap.context, recompose_error=recompose_error(event)
    )
    logger.info("batch finished", status=batch.status, cause=batch.cause)
    return {"status": batch.status.value, "cause": batch.cause or ""}


handler = task(_finish)
