"""PrepareJob, last step: the job is ready, starts to generate clips, or fails with reasons."""

from typing import Any

from retake import bootstrap
from retake.observability import logger
from retake.services.jobs.finish_preparation import finish_preparation
from retake.workers.task import Payload, task
from retake.workers.workflows.causes import recompose_error


def _finish(event: Payload) -> dict[str, Any]:
    job = finish_preparation(event["job_id"], bootstrap.context, recompose_error=recompose_error(event))
    logger.info("job prepared", status=job.status, failure=job.failure)
    return {"status": job.status.value, "cause": job.failure or ""}


handler = task(_finish)
