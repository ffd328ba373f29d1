"""Schedules: a request that is checked and priced now, and carried out at a time. Pure.

The record is the truth. Whatever wakes it up (EventBridge Scheduler, the reconciliation, a person's
repeat) asks ``claim`` first: it is carried out by one at a time, at its time and not before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid5

from retake.domain.errors import ConflictError, Fault
from retake.domain.reasons import short_cause

FURTHEST = timedelta(days=366)
"""A year ahead; further on, models and prices are unknown."""

LATE = timedelta(minutes=1)
"""How long after its time the reconciliation leaves a schedule alone: EventBridge Scheduler starts one
within the minute that it names."""

EARLY = timedelta(minutes=1)
"""How much before its time a wake-up is believed: clocks differ, and EventBridge counts in minutes."""

START_LEASE = timedelta(minutes=5)
"""How long one attempt may be under way: longer than the function's time-out."""

MAX_ATTEMPTS = 12
"""About an hour of attempts, a lease apart; the schedule fails then."""

KEPT_AFTER_END = timedelta(days=90)
"""How long an ended schedule is listed."""

REFERENCES_KEPT = timedelta(days=30)
"""How long after its time a schedule's files are kept, if it was not started."""

NOT_STARTED = (
    "Retake could not start it, in many attempts: something it needs did not answer. Nothing more is "
    "started for it; ask again."
)

_STARTED = UUID("5f0a7c52-0f1b-4d6c-9f0e-2f5a3f3f8b61")
"""Namespace of the ids that what is started gets from its schedule."""


class ScheduleStatus(StrEnum):
    """Where a schedule is."""

    SCHEDULED = "scheduled"
    STARTING = "starting"
    STARTED = "started"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of the schedule."""
        return self in {self.STARTED, self.FAILED, self.CANCELLED}


class ScheduledKind(StrEnum):
    """What is asked for at the time: the route that would take the request now."""

    VIDEO = "video"
    VARIATIONS = "variations"
    BATCH = "batch"
    REGENERATION = "regeneration"


@dataclass(frozen=True)
class Schedule:
    """A request and its time.

    Attributes:
        body: The request as it was sent, as JSON text.
        job_id: The job of a regeneration.
        clip_ids: The clips of a regeneration, in the request's order: people may move them meanwhile.
        references: The uploads that are kept for it, by those that the request names, which expire.
        reference_bytes: Their size together.
        estimated_cost: US dollars, as agreed to; None where a price was not known.
        lease_until: Until then one attempt may be starting it.
        attempts: Number of attempts that began.
        batch_id: What was started: a creation's id, or a batch's.
        reason: Why it failed, for people.
        expires_at: When an ended one is forgotten.
    """

    schedule_id: str
    user_id: str
    at: datetime
    kind: ScheduledKind
    body: str
    created_at: datetime
    request_hash: str
    job_id: str | None = None
    clip_ids: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    reference_bytes: int = 0
    estimated_cost: Decimal | None = None
    warnings: tuple[str, ...] = ()
    status: ScheduleStatus = ScheduleStatus.SCHEDULED
    revision: int = 1
    attempts: int = 0
    lease_until: datetime | None = None
    batch_id: str | None = None
    reason: str | None = None
    ended_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def look_at(self) -> datetime | None:
        """Return when the reconciliation has to check that it was started; None once it has ended."""
        if self.status is ScheduleStatus.SCHEDULED:
            return self.at + LATE
        return self.lease_until if self.status is ScheduleStatus.STARTING else None


def started_id_of(schedule_id: str) -> str:
    """Return the id of what a schedule starts: however often it is started, there is one."""
    return str(uuid5(_STARTED, schedule_id))


def kept_upload_id_of(schedule_id: str, upload_id: str) -> str:
    """Return the id of the upload that keeps another one's file for a schedule."""
    return str(uuid5(_STARTED, f"{schedule_id}|{upload_id}"))


def whole_second(at: datetime) -> datetime:
    """Return the first whole second that is not before a moment: EventBridge knows no smaller ones."""
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)


def faults_of_time(at: datetime, now: datetime) -> tuple[Fault, ...]:
    """Return what is wrong with a time."""
    if at <= now:
        return (Fault("at", f"This is over; it is {now:%Y-%m-%dT%H:%M:%SZ} now. Ask for a time to come."),)
    if at > now + FURTHEST:
        return (Fault("at", f"At most {FURTHEST.days} days ahead."),)
    return ()


def claim(schedule: Schedule, now: datetime) -> Schedule | None:
    """Return the schedule as claimed by one attempt; None if it is not to be started.

    It is not before its time, once it has ended, and while another attempt may be under way.
    """
    is_due = schedule.status is ScheduleStatus.SCHEDULED and now >= schedule.at - EARLY
    is_left = (
        schedule.status is ScheduleStatus.STARTING
        and schedule.lease_until is not None
        and now >= schedule.lease_until
    )
    if not (is_due or is_left):
        return None
    return replace(
        schedule,
        status=ScheduleStatus.STARTING,
        lease_until=now + START_LEASE,
        attempts=schedule.attempts + 1,
    )


def start(schedule: Schedule, now: datetime) -> Schedule:
    """Return the schedule once what it asks for was started."""
    return replace(
        _ended(schedule, ScheduleStatus.STARTED, now), batch_id=started_id_of(schedule.schedule_id)
    )


def fail(schedule: Schedule, reason: str, now: datetime) -> Schedule:
    """Return the schedule once it is certain that it is not started."""
    return replace(_ended(schedule, ScheduleStatus.FAILED, now), reason=short_cause(reason))


def cancel(schedule: Schedule, now: datetime) -> Schedule | None:
    """Return the schedule as cancelled; None where it is already.

    Raises:
        ConflictError: If it was started, is being started, or failed.
    """
    if schedule.status is ScheduleStatus.CANCELLED:
        return None
    if schedule.status is not ScheduleStatus.SCHEDULED:
        raise ConflictError(
            f"The schedule is {schedule.status}; only one that is scheduled is cancelled. "
            "What it started can be cancelled itself."
        )
    return _ended(schedule, ScheduleStatus.CANCELLED, now)


def _ended(schedule: Schedule, status: ScheduleStatus, now: datetime) -> Schedule:
    return replace(schedule, status=status, lease_until=None, ended_at=now, expires_at=now + KEPT_AFTER_END)


def price_objection(agreed: Decimal | None, cost: Decimal | None) -> str | None:
    """Return why a price is not the one that was agreed to, or None where it is, or is lower.

    An agreement to an unpublished price is an agreement to any price.
    """
    if agreed is None or (cost is not None and cost <= agreed):
        return None
    now_costs = "a price that is no longer published" if cost is None else f"${cost.normalize():f}"
    return (
        f"It was scheduled at ${agreed.normalize():f} and would cost {now_costs} now. Nothing was started; "
        "schedule it again if that is fine."
    )
