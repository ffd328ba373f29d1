"""Read a schedule, decide, write; and repeat that after a conflict."""

from collections.abc import Callable

from retake.domain.errors import ConcurrentUpdateError, NotFoundError
from retake.domain.schedules import Schedule
from retake.services.commits import ATTEMPTS, pause_after
from retake.services.context import Context

BUSY = "The schedule is being changed by others; try again."


def create_schedule(schedule: Schedule, ctx: Context, *, most: int, most_bytes: int) -> Schedule:
    """Write a new schedule, or return the one that has its id.

    Raises:
        ConcurrentUpdateError: If every attempt met another writer.
        TooManyKeptError: If ``most`` wait already, or their files would be more than ``most_bytes``.
    """
    for attempt in range(ATTEMPTS):
        try:
            return ctx.schedules.create_schedule(schedule, most=most, most_bytes=most_bytes)
        except ConcurrentUpdateError:
            pause_after(attempt)
    raise ConcurrentUpdateError(BUSY)


def change_schedule(
    schedule_id: str, decide: Callable[[Schedule], Schedule | None], ctx: Context
) -> tuple[Schedule, bool]:
    """Carry out one decision about a schedule, however many writers there are.

    Args:
        schedule_id: The schedule.
        decide: Gets it as it is now and returns it as it should be (None: nothing to write). Called
            again after a conflict.
        ctx: The ports.

    Returns:
        The schedule as it is then, and whether this call changed it.

    Raises:
        ConcurrentUpdateError: If every attempt met another writer.
        NotFoundError: If there is no such schedule.
    """
    for attempt in range(ATTEMPTS):
        read = ctx.schedules.find_schedule(schedule_id)
        if read is None:
            raise NotFoundError(f"There is no schedule {schedule_id!r}.")
        wanted = decide(read)
        if wanted is None:
            return read, False
        try:
            return ctx.schedules.change_schedule(wanted, read=read, now=ctx.clock.now()), True
        except ConcurrentUpdateError:
            pause_after(attempt)
    raise ConcurrentUpdateError(BUSY)
