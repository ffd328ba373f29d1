"""Every day, in several runs: archive and delete takes that are old enough."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from retake import bootstrap
from retake.observability import count, logger
from retake.services.retention.sweep_versions import sweep_versions
from retake.workers.task import Payload, timed_task


def _sweep(event: Payload, left: timedelta) -> dict[str, Any]:
    clock = bootstrap.context.clock
    report = sweep_versions(
        bootstrap.context,
        until=clock.now() + left,
        resume=bool(event.get("resume")),
        dry_run=bool(event.get("dry_run")),
    )
    if not report.is_dry:
        count("TakesSentToArchive", report.archived)
        count("TakesDeleted", report.deleted)
        count("SweepErrors", len(report.errors))
    logger.info("versions swept", **asdict(report))
    return asdict(report)


handler = timed_task(_sweep)
