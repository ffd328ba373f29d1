"""Start what a schedule asks for, at its time: once, however often it is woken up."""

from collections.abc import Callable
from dataclasses import dataclass

from retake.domain.errors import Fault, NotFoundError, RequestError
from retake.domain.schedules import (
    GAVE_UP,
    MAX_ATTEMPTS,
    Schedule,
    ScheduleStatus,
    claim,
    fail,
    price_objection,
    start,
)
from retake.ports.jobs import JobRepository
from retake.ports.schedules import ScheduleRepository
from retake.ports.system import Clock
from retake.services.schedules.commits import change_schedule
from retake.services.schedules.end_schedule import release_references
from retake.services.schedules.work import Work


@dataclass(frozen=True)
class RunSchedule:
    """Claim a schedule, start its work under ids that follow from it, and write down how that ended.

    Attributes:
        work_of: Returns what a schedule asks for, as things are now. Raises ``RequestError``.
    """

    schedules: ScheduleRepository
    jobs: JobRepository
    clock: Clock
    work_of: Callable[[Schedule], Work]

    def __call__(self, schedule_id: str) -> Schedule | None:
        """Start it, if it is to be started now.

        What was true when it was scheduled may be true no more: then it fails with the reason. A crash
        leaves it claimed until the lease runs out; the next attempt finds what this one made.

        Returns:
            The schedule as it is then; None where there is none.

        Raises:
            TransientError: If something did not answer; the reconciliation tries again.
        """
        try:
            schedule, is_mine = change_schedule(
                schedule_id,
                lambda read: claim(read, self.clock.now()),
                schedules=self.schedules,
                clock=self.clock,
            )
        except NotFoundError:
            return None
        return self._carry_out(schedule) if is_mine else schedule

    def _carry_out(self, schedule: Schedule) -> Schedule:
        try:
            reason = self._start(schedule)
        except RequestError as error:
            reason = told(error)
        except Exception:
            if schedule.attempts < MAX_ATTEMPTS:
                raise
            reason = GAVE_UP
        return self._end(schedule, reason)

    def _start(self, schedule: Schedule) -> str | None:
        """Start the work; return why not, where it would cost more than was agreed to."""
        work = self.work_of(schedule)
        if not work.is_started():
            objection = price_objection(schedule.estimated_cost, work.check().estimated_cost)
            if objection is not None:
                return objection
        work.start()
        return None

    def _end(self, claimed: Schedule, reason: str | None) -> Schedule:
        def decide(read: Schedule) -> Schedule | None:
            if read.status is not ScheduleStatus.STARTING:  # a later attempt has ended it
                return None
            now = self.clock.now()
            return start(read, now) if reason is None else fail(read, reason, now)

        ended, _ = change_schedule(claimed.schedule_id, decide, schedules=self.schedules, clock=self.clock)
        release_references(ended, jobs=self.jobs, clock=self.clock)
        return ended


def told(error: RequestError) -> str:
    """Return a refusal in one text: what is wrong, and each fault with its place."""
    return " ".join([error.detail, *(_sentence(fault) for fault in error.faults)])


def _sentence(fault: Fault) -> str:
    return f"{fault.field}: {fault.detail}"
