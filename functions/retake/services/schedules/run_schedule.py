"""Start what a schedule asks for, at its time: once, however often it is called."""

from retake.domain.errors import Fault, NotFoundError, RequestError
from retake.domain.schedules import (
    MAX_ATTEMPTS,
    NOT_STARTED,
    Schedule,
    ScheduleStatus,
    claim,
    fail,
    price_objection,
    start,
)
from retake.services.context import Context
from retake.services.schedules.commits import change_schedule
from retake.services.schedules.end_schedule import release_references
from retake.services.schedules.requested_work import work_of_schedule
from retake.services.schedules.work import Work


def run_schedule(schedule_id: str, ctx: Context) -> Schedule | None:
    """Claim a schedule, start its work under ids that follow from it, and write down how that ended.

    What was true when it was scheduled may be true no more: then it fails with the reason. A crash
    leaves it claimed until the lease runs out; the next attempt finds what this one made.

    Args:
        schedule_id: The schedule.
        ctx: The ports.

    Returns:
        The schedule as it is then; None where there is none.

    Raises:
        TransientError: If something did not answer; the reconciliation tries again.
    """
    try:
        schedule, is_mine = change_schedule(schedule_id, lambda read: claim(read, ctx.clock.now()), ctx)
    except NotFoundError:
        return None
    return _carry_out(schedule, ctx) if is_mine else schedule


def _carry_out(schedule: Schedule, ctx: Context) -> Schedule:
    try:
        reason = _start(schedule, work_of_schedule(schedule, ctx))
    except RequestError as error:
        reason = explain(error)
    except Exception:
        if schedule.attempts < MAX_ATTEMPTS:
            raise
        reason = NOT_STARTED
    return _end(schedule, reason, ctx)


def _start(schedule: Schedule, work: Work) -> str | None:
    """Start the work; return why not, where it would cost more than was agreed to."""
    if not work.is_started():
        objection = price_objection(schedule.estimated_cost, work.check().estimated_cost)
        if objection is not None:
            return objection
    work.start()
    return None


def _end(claimed: Schedule, reason: str | None, ctx: Context) -> Schedule:
    def decide(read: Schedule) -> Schedule | None:
        if read.status is not ScheduleStatus.STARTING:  # a later attempt has ended it
            return None
        now = ctx.clock.now()
        return start(read, now) if reason is None else fail(read, reason, now)

    ended, _ = change_schedule(claimed.schedule_id, decide, ctx)
    release_references(ended, ctx)
    return ended


def explain(error: RequestError) -> str:
    """Return a refusal in one text: what is wrong, and each fault with its place."""
    return " ".join([error.detail, *(_sentence(fault) for fault in error.faults)])


def _sentence(fault: Fault) -> str:
    return f"{fault.field}: {fault.detail}"
