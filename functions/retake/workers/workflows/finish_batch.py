"""RegenerateBatch and CreateVideos: end a batch with its outcome, and start the next one."""

from typing import Any

from retake import bootstrap
from retake.observability import logger
from retake.services.batches.finish_batch import finish_batch
from retake.workers.task import Payload, task
from retake.workers.workflows.causes import recompose_error


def _finish(event: Payload) -> dict[str, Any]:
    batch = finish_batch(
        event["job_id"],
        event["batch_id"],
        bootstrap.context,
        recompose_error=recompose_error(event),
        run=event.get("run"),
    )
    logger.info("batch finished", status=batch.status, cause=batch.cause)
    return {"status": batch.status.value, "cause": batch.cause or ""}


handler = task(_finish)
