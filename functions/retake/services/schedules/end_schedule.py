"""Cancel schedules, and release what was kept for those that ended."""

from retake.domain.errors import NotFoundError
from retake.domain.schedules import Schedule, cancel
from retake.domain.versions import READER_GRACE
from retake.services.context import Context
from retake.services.schedules.commits import change_schedule
from retake.services.schedules.schedule_work import deletion_of


def get_schedule(schedule_id: str, ctx: Context, *, user_id: str) -> Schedule:
    """Return the user's schedule. Raises ``NotFoundError``, also for another user's."""
    found = ctx.schedules.find_schedule(schedule_id)
    if found is None or found.user_id != user_id:
        raise NotFoundError(f"There is no schedule {schedule_id!r}.")
    return found


def cancel_schedule(schedule_id: str, ctx: Context, *, user_id: str) -> Schedule:
    """Cancel a schedule; a repeat changes nothing and does what a crash left undone.

    Raises:
        NotFoundError: If the user has no such schedule.
        ConflictError: If it was started, is being started, or failed.
    """
    get_schedule(schedule_id, ctx, user_id=user_id)
    cancelled, _ = change_schedule(schedule_id, lambda read: cancel(read, ctx.clock.now()), ctx)
    ctx.wake_ups.drop_wake_up(schedule_id)
    release_references(cancelled, ctx)
    return cancelled


def release_references(ended: Schedule, ctx: Context) -> None:
    """Schedule the deletion of files kept for a schedule; otherwise the ledger removes them a month later."""
    due_at = ctx.clock.now() + READER_GRACE
    kept = tuple(deletion_of(ended, kept_id, due_at=due_at) for kept_id in ended.references.values())
    if kept:
        ctx.jobs.put_drafts(kept)
