"""Every minute, and whenever an execution ends badly: bring to a truthful end, start what is overdue."""

import json
from dataclasses import asdict, replace
from typing import Any

from retake import bootstrap
from retake.handlers.worker import Payload, task
from retake.observability import correlate, count, forget_correlation, logger
from retake.services.schedules.start_overdue import start_overdue
from retake.services.upkeep.reconcile import Reconcile


def _reconcile(event: Payload) -> dict[str, Any]:
    reconcile = Reconcile(
        jobs=bootstrap.jobs(),
        creations=bootstrap.creations(),
        workflow=bootstrap.workflow(),
        workers=bootstrap.workers(),
        queue=bootstrap.queue(),
        clock=bootstrap.clock(),
        ids=bootstrap.ids(),
        limits=bootstrap.limits(),
    )
    if event.get("detail-type") == "Step Functions Execution Status Change":
        settled = json.loads(event["detail"]["input"])
        correlate(settled)
        reconcile.settle_execution(settled)
        logger.info("execution settled", status=event["detail"].get("status"))
        forget_correlation()  # what follows is about other batches
    report = reconcile(ignore_leases=bool(event.get("ignore_leases")))
    overdue = start_overdue(
        schedules=bootstrap.schedules(), runner=bootstrap.schedule_runner(), clock=bootstrap.clock()
    )
    count("ExpiredLeases", report.settled.get("batch", 0))
    started = {"schedule": overdue.started} if overdue.started else {}
    for job_id, batch_id in report.batches:
        logger.info("batch looked after", job_id=job_id, batch_id=batch_id)
    report = replace(report, settled=report.settled | started, errors=(*report.errors, *overdue.errors))
    logger.info("reconciled", settled=report.settled, errors=report.errors)
    return asdict(report)


handler = task(_reconcile)
