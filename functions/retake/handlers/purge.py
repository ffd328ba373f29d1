"""Every hour: remove what the deletion ledger names, and deleted jobs."""

from dataclasses import asdict
from typing import Any

from retake import bootstrap
from retake.handlers.worker import Payload, task
from retake.observability import count, logger
from retake.services.upkeep.purge import purge


def _purge(_: Payload) -> dict[str, Any]:
    report = purge(jobs=bootstrap.jobs(), objects=bootstrap.objects(), clock=bootstrap.clock())
    count("DeletionBacklog", report.backlog)
    logger.info("purged", **asdict(report))
    return asdict(report)


handler = task(_purge)
