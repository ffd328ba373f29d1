"""Start schedules whose wake-up never came, or whose start did not complete."""

from dataclasses import dataclass

from retake.services.context import Context

PER_RUN = 100
"""Schedules a run looks at; the next run, a minute later, takes the rest."""


@dataclass(frozen=True)
class OverdueReport:
    """How many schedules were handed over, and what could not be (and will be tried again)."""

    started: int
    errors: tuple[str, ...]


def start_overdue(ctx: Context) -> OverdueReport:
    """Hand every overdue schedule to the function that starts them, which claims it first."""
    errors: list[str] = []
    overdue = ctx.schedules.list_overdue(before=ctx.clock.now(), limit=PER_RUN)
    for schedule_id in overdue:
        try:
            ctx.schedule_runner.run_schedule(schedule_id)
        except Exception as error:  # noqa: BLE001 - one that cannot be handed over must not keep the others
            errors.append(f"schedule {schedule_id}: {error!r}")
    return OverdueReport(len(overdue) - len(errors), tuple(errors))
