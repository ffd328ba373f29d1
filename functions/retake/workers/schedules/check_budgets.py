"""Every minute: send alerts for budgets and spend limits that were reached, and record what is stored."""

from dataclasses import asdict
from typing import Any

from retake import bootstrap
from retake.domain.errors import RetakeError
from retake.observability import count, logger, measure_bytes
from retake.services.usage.check_budgets import check_budgets, record_day
from retake.workers.task import Payload, task


def _check(_: Payload) -> dict[str, Any]:
    usage = bootstrap.context.usage
    report = check_budgets(bootstrap.context)
    stored = usage.get_total()
    record_day(stored, bootstrap.context)
    measure_bytes("ActiveBytes", stored.active)
    measure_bytes("ArchivedBytes", stored.archived)
    count("BudgetAlerts", report.alerts)
    count("SpendAlerts", report.spend_alerts)
    logger.info("budgets checked", **asdict(report))
    if report.errors:  # all others were looked at; the function's alarm tells of these
        raise RetakeError(f"{len(report.errors)} budgets could not be checked: {'; '.join(report.errors)}")
    return asdict(report)


handler = task(_check)
