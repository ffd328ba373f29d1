"""User events that a change of a schedule causes. Pure."""

from retake.domain.schedules import Schedule, ScheduleStatus
from retake.domain.user_events import (
    ScheduleCancelled,
    ScheduleCreated,
    ScheduleEvent,
    ScheduleFailed,
    ScheduleStarted,
    UserEventDraft,
)

_EVENTS: dict[ScheduleStatus, type[ScheduleEvent]] = {
    ScheduleStatus.SCHEDULED: ScheduleCreated,
    ScheduleStatus.STARTED: ScheduleStarted,
    ScheduleStatus.FAILED: ScheduleFailed,
    ScheduleStatus.CANCELLED: ScheduleCancelled,
}


def events_of_schedule(before: Schedule | None, after: Schedule) -> tuple[UserEventDraft, ...]:
    """Return the events of a changed schedule: one when it is created, one when it ends."""
    kind = _EVENTS.get(after.status)
    if kind is None or (before is not None and before.status is after.status):
        return ()
    event = kind(
        schedule_id=after.schedule_id,
        kind=after.kind,
        scheduled_for=after.at,
        status=after.status,
        job_id=after.job_id,
        batch_id=after.batch_id,
        error=after.reason,
    )
    return (UserEventDraft(event),)
