"""EventBridge Scheduler and the reconciliation: start the work of a schedule at its time."""

from typing import Any

from retake import bootstrap
from retake.observability import logger
from retake.services.schedules.run_schedule import run_schedule
from retake.workers.task import Payload, task


def _run_schedule(event: Payload) -> dict[str, Any]:
    schedule_id = str(event["schedule_id"])
    schedule = run_schedule(schedule_id, bootstrap.context)
    status = None if schedule is None else schedule.status.value
    reason = None if schedule is None else schedule.reason
    logger.info("schedule looked at", schedule_id=schedule_id, status=status, reason=reason)
    return {"schedule_id": schedule_id, "status": status}


handler = task(_run_schedule)
