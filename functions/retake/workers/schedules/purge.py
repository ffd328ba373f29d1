"""Every hour: remove what the deletion ledger names, and deleted jobs."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from retake import bootstrap
from retake.observability import count, logger
from retake.services.upkeep.purge import purge
from retake.workers.task import Payload, timed_task


def _purge(event: Payload, left: timedelta) -> dict[str, Any]:
    clock = bootstrap.context.clock
    report = purge(
        bootstrap.context, until=clock.now() + left, ignore_leases=bool(event.get("ignore_leases"))
    )
    count("DeletionBacklog", report.backlog)
    logger.info("purged", **asdict(report))
    return asdict(report)


handler = timed_task(_purge)
