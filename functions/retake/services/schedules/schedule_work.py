"""Schedule work for a time: checked and priced now, and kept with its references until then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.kept import KeptIds, KeptKind
from retake.domain.records.ledger import Deletion
from retake.domain.schedules import (
    REFERENCES_KEPT,
    Schedule,
    ScheduledKind,
    faults_of_time,
    kept_upload_id_of,
    whole_second,
)
from retake.domain.usage import readable_bytes
from retake.prefixes import Prefix
from retake.services.context import Context
from retake.services.probed_files import copy_probed
from retake.services.references.find_references import ProbedUpload
from retake.services.schedules.commits import create_schedule
from retake.services.schedules.work import CheckedWork, Work

OTHER_KEY = "This Idempotency-Key was used for another schedule; use a new one."
REFUSED = "The schedule was refused; nothing was kept."
MAX_BODY_BYTES = 300_000
"""Of a request that is kept, as JSON in UTF-8: its record holds 400 KB, its files and warnings included."""


@dataclass(frozen=True)
class ScheduleRequest:
    """What a person asks for.

    Attributes:
        schedule_id: Derived from the idempotency key, so that a repeat cannot make a second schedule.
        body: The request to carry out, as JSON text.
        job_id: The job of a regeneration.
    """

    schedule_id: str
    user_id: str
    request_hash: str
    at: datetime
    kind: ScheduledKind
    body: str
    job_id: str | None = None


def schedule_work(request: ScheduleRequest, work: Work, ctx: Context) -> Schedule:
    """Check everything, copy what would expire, ask to be woken up, and write the schedule.

    The schedule's record comes last: a wake-up without one does nothing, and a record whose wake-up
    gets lost is found by the reconciliation. A repeat after a crash goes through the same steps under
    the same names.

    Raises:
        InvalidRequestError: Naming every fault; nothing was written.
        RequestError: If the work could not be started now for another reason.
        TooManyKeptError: If the user has scheduled as much as is allowed.
        WorkflowUnavailableError: If no wake-up can be set; only copies were kept, and they expire.
    """
    found = ctx.schedules.find_schedule(request.schedule_id)
    if found is None:
        found = _schedule(request, work, ctx)
    if found.request_hash != request.request_hash:
        raise InvalidRequestError(OTHER_KEY)
    return found


def _schedule(request: ScheduleRequest, work: Work, ctx: Context) -> Schedule:
    at, now = whole_second(request.at), ctx.clock.now()
    checked = _checked(work, (*faults_of_time(at, now), *_faults_of_size(request)))
    _require_room(request.user_id, checked, now, ctx)
    schedule = Schedule(
        schedule_id=request.schedule_id,
        user_id=request.user_id,
        at=at,
        kind=request.kind,
        body=request.body,
        created_at=now,
        request_hash=request.request_hash,
        job_id=request.job_id,
        clip_ids=tuple(checked.clip_ids),
        estimated_cost=checked.estimated_cost,
        warnings=checked.warnings,
        references={
            upload_id: kept_upload_id_of(request.schedule_id, upload_id) for upload_id in checked.references
        },
        reference_bytes=_bytes_of(checked.references),
    )
    for upload_id, kept_id in schedule.references.items():
        _keep(schedule, kept_id, checked.references[upload_id], ctx)
    ctx.wake_ups.set_wake_up(schedule.schedule_id, at)
    return create_schedule(
        schedule, ctx, most=ctx.limits.max_schedules, most_bytes=ctx.limits.max_scheduled_bytes
    )


def _require_room(user_id: str, checked: CheckedWork, now: datetime, ctx: Context) -> None:
    """Refuse early, before anything is copied; the commit that writes the schedule counts exactly."""
    waiting = ctx.schedules.list_waiting(user_id, since=now)
    sizes = {schedule.schedule_id: schedule.reference_bytes for schedule in waiting}
    KeptIds(user_id, KeptKind.SCHEDULES, tuple(sizes), sizes=sizes).with_files(
        "",
        _bytes_of(checked.references),
        most=ctx.limits.max_schedules,
        most_bytes=ctx.limits.max_scheduled_bytes,
    )


def _keep(schedule: Schedule, kept_id: str, reference: ProbedUpload, ctx: Context) -> None:
    """Copy a file out of ``uploads/``, which expires; the ledger knows the copy before it is there."""
    upload = reference.upload
    key = f"{Prefix.SCHEDULED}{schedule.schedule_id}/{kept_id}"
    until = schedule.at + REFERENCES_KEPT
    ctx.jobs.put_drafts((deletion_of(schedule, kept_id, due_at=until),))
    copy_probed(upload.key, key, ctx, etag=reference.etag)
    ctx.uploads.create_upload(replace(upload, upload_id=kept_id, key=key, expires_at=until))


def deletion_of(schedule: Schedule, kept_id: str, *, due_at: datetime) -> Deletion:
    """Return the ledger entry of a file that is kept for a schedule; nothing else refers to it."""
    key = f"{Prefix.SCHEDULED}{schedule.schedule_id}/{kept_id}"
    return Deletion(schedule.schedule_id, kept_id, (key,), due_at, "schedule is over")


def _checked(work: Work, faults: tuple[Fault, ...]) -> CheckedWork:
    """Check the work, so that its faults are named together with those of its time."""
    try:
        checked = work.check()
    except InvalidRequestError as error:
        if not faults:
            raise
        raise InvalidRequestError(REFUSED, faults=(*faults, *error.faults)) from error
    if faults:
        raise InvalidRequestError(REFUSED, faults=faults)
    return checked


def _faults_of_size(request: ScheduleRequest) -> tuple[Fault, ...]:
    size_bytes = len(request.body.encode())
    if size_bytes <= MAX_BODY_BYTES:
        return ()
    detail = (
        f"Its texts take {readable_bytes(size_bytes)}, and {readable_bytes(MAX_BODY_BYTES)} can be kept. "
        "Shorten them, or schedule fewer clips at once."
    )
    return (Fault(str(request.kind), detail),)


def _bytes_of(references: Mapping[str, ProbedUpload]) -> int:
    return sum(reference.size_bytes for reference in references.values())
