"""Every day, in several runs: find objects and records that crashes left, and recount counters."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from retake import bootstrap
from retake.observability import count, logger
from retake.services.retention.sweep_orphans import sweep_orphans
from retake.workers.task import Payload, timed_task


def _sweep(event: Payload, left: timedelta) -> dict[str, Any]:
    clock = bootstrap.context.clock
    report = sweep_orphans(
        bootstrap.context,
        until=clock.now() + left,
        resume=bool(event.get("resume")),
        go_on=bool(event.get("go_on")),
        dry_run=bool(event.get("dry_run")),
        repair=bool(event.get("repair")),
        verify=bool(event.get("verify")),
    )
    # Also by a dry run: what is wrong is as wrong then.
    count("UsageDrift", report.drifted - report.repaired)
    count("CurrentTakesLost", report.current_missing)
    count("OrphanedObjects", report.objects_given_up)
    count("SweepErrors", len(report.errors))
    logger.info("orphans swept", **asdict(report))
    return asdict(report)


handler = timed_task(_sweep)
