"""Every hour: remove what the deletion ledger names, and deleted jobs."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from retake import bootstrap
from retake.handlers.worker import Payload, timed_task
from retake.observability import count, logger
from retake.services.upkeep.purge import purge


def _purge(_: Payload, left: timedelta) -> dict[str, Any]:
    clock = bootstrap.context.clock
    report = purge(bootstrap.context, until=clock.now() + left)
    count("DeletionBacklog", report.backlog)
    logger.info("purged", **asdict(report))
    return asdict(report)


handler = timed_task(_purge)
