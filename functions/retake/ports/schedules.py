"""Schedules, and what wakes them up.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from retake.domain.schedules import Schedule
from retake.ports.pages import Page


class ScheduleRepository(Protocol):
    """Schedules by id. Each write adds its events to the user's stream, in the same transaction."""

    def create_schedule(self, schedule: Schedule, *, most: int, most_bytes: int) -> Schedule:
        """Write it, or return the one that already has this id.

        Raises:
            ConcurrentUpdateError: If another event of the user was written at the same moment; try again.
            TooManyKeptError: If ``most`` wait already, also of requests at the same moment.
        """
        ...

    def find_schedule(self, schedule_id: str) -> Schedule | None:
        """Return it, or None."""
        ...

    def change_schedule(self, schedule: Schedule, *, read: Schedule, now: datetime) -> Schedule:
        """Write a schedule over the one that was read, its revision raised, and return it.

        Raises:
            ConcurrentUpdateError: If it changed since, or another event was written at the same moment.
        """
        ...

    def list_schedules(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Schedule]:
        """Return a user's schedules by their time, the last first.

        Raises:
            InvalidRequestError: For a cursor that this list did not give.
        """
        ...

    def list_waiting(self, user_id: str, *, since: datetime) -> Sequence[Schedule]:
        """Return a user's schedules that wait for a time from ``since`` on."""
        ...

    def list_overdue(self, *, before: datetime, limit: int) -> Sequence[str]:
        """Return the ids of schedules whose check is due, the oldest first."""
        ...


class WakeUps(Protocol):
    """Has schedules started at their times, as well as it can: late, twice or, seldom, not at all."""

    def set_wake_up(self, schedule_id: str, at: datetime) -> None:
        """Ask for a schedule to be started at a time, a whole second; asking twice is no error.

        Raises:
            WorkflowUnavailableError: If that was refused.
        """
        ...

    def drop_wake_up(self, schedule_id: str) -> None:
        """Ask for it no more; dropping none is no error."""
        ...


class ScheduleRunner(Protocol):
    """The function that starts schedules, called from those that do not."""

    def run_schedule(self, schedule_id: str) -> None:
        """Have a schedule started now, if it is to be; does not wait."""
        ...
