"""RegenerateBatch, first step: mark the batch as running."""

from typing import Any

from retake import bootstrap
from retake.observability import logger
from retake.services.batches.start_batch import start_batch
from retake.workers.task import Payload, task


def _start(event: Payload) -> dict[str, Any]:
    started = start_batch(
        event["job_id"],
        event["batch_id"],
        bootstrap.context,
        execution_arn=event.get("execution_arn"),
        run=event.get("run"),
    )
    logger.info("batch started", clips=len(started.regenerations))
    return {
        "items": [
            {
                "clip_id": item.clip_id,
                "clip_index": item.clip_index,
                "regeneration_id": item.regeneration_id,
            }
            for item in started.regenerations
        ],
        "heartbeat_s": started.heartbeat_s,
        "timeout_s": started.timeout_s,
    }


handler = task(_start)
