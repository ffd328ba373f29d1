"""Every minute, and after an execution that failed: settle unfinished work, and start what is overdue."""

import json
from dataclasses import asdict, replace
from typing import Any

from retake import bootstrap
from retake.observability import correlate, count, forget_correlation, logger
from retake.services.schedules.start_overdue import start_overdue
from retake.services.upkeep.reconcile import reconcile, settle_execution
from retake.workers.task import Payload, task


def _reconcile(event: Payload) -> dict[str, Any]:
    if event.get("detail-type") == "Step Functions Execution Status Change":
        settled = json.loads(event["detail"]["input"])
        correlate(settled)
        settle_execution(settled, bootstrap.context)
        logger.info("execution settled", status=event["detail"].get("status"))
        forget_correlation()  # what follows is about other batches
    report = reconcile(bootstrap.context, ignore_leases=bool(event.get("ignore_leases")))
    overdue = start_overdue(bootstrap.context)
    count("ExpiredLeases", report.batches_silent)
    started = {"schedule": overdue.started} if overdue.started else {}
    for job_id, batch_id in report.batches:
        logger.info("batch looked after", job_id=job_id, batch_id=batch_id)
    report = replace(report, settled=report.settled | started, errors=(*report.errors, *overdue.errors))
    logger.info("reconciled", settled=report.settled, errors=report.errors)
    return asdict(report)


handler = task(_reconcile)
