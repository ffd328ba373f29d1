"""Restore an archived take to active storage, make it current, and recompose."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from retake.domain.changes import Change
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import ClipError, ConflictError, NotFoundError, ObjectMissingError
from retake.domain.events.versions import (
    VersionDeleted,
    VersionRestored,
    VersionRestoring,
    VersionReturnDropped,
)
from retake.domain.records.jobs import Job
from retake.domain.records.kinds import Record
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import RestoreRequest, Version
from retake.domain.statuses import JobStatus, VersionState
from retake.domain.versions import (
    VersionPlan,
    cancel_restore,
    deletion_of,
    tombstone,
    version_fields,
)
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.versions.archive_version import send_to_archive
from retake.services.versions.rehydrate_take import RehydratedTake, rehydrate_take, thaw_take
from retake.services.versions.restore_version import plan_restore, remember_restore

LOOK_AGAIN = timedelta(hours=1)
"""After the time a cold class takes at most, when S3's event has not come."""

COMPOSE_WAIT_S = 120


class Outcome(StrEnum):
    """How a try to bring a take back ended."""

    RESTORED = "restored"  # current again
    WAITING = "waiting"  # the archive needs hours; S3's event goes on with it
    STAYED = "stayed"  # it stays in the archive: another take was chosen meanwhile, or it is damaged
    LOST = "lost"  # the archive no longer has it
    NOTHING = "nothing"  # it is not wanted any more, or it is back already


def rehydrate_object(key: str, ctx: Context) -> Outcome:
    """Go on with the version whose archived object S3 has made readable."""
    _, job_id, clip_id, *_ = key.split("/")
    try:
        found = ctx.jobs.get_clip(job_id, clip_id)
    except NotFoundError:
        return Outcome.NOTHING
    version = found.owner_of(key)
    if version is None or version.archived is None:
        return Outcome.NOTHING
    return rehydrate_version(job_id, clip_id, version.version_number, ctx)


def rehydrate_version(job_id: str, clip_id: str, version_number: int, ctx: Context) -> Outcome:
    """Restore one archived version; a repeat changes nothing.

    Raises:
        TransientError: Worth trying again.
    """
    version = _wanted(job_id, clip_id, version_number, ctx)
    if version is None or version.archived is None:
        return Outcome.NOTHING
    try:
        takes = thaw_take(version.archived, ctx)
        if takes is not None:
            return _wait(version, takes, ctx)
        profile = ctx.jobs.get_job(job_id).profile
        if profile is None:  # pragma: no cover - set when the job is made
            raise ConflictError("The job has no media profile.")
        returned = rehydrate_take(version, version.archived, ctx, profile=profile)
    except ObjectMissingError:
        return _end(version, lambda job, found: _losing(job, found, ctx), Outcome.LOST, ctx)
    except ClipError as error:
        reason = f"It cannot be brought back: {error}"
        return _end(version, lambda job, found: _staying(job, found, reason), Outcome.STAYED, ctx)
    outcome, plan = _restore(version, returned, ctx)
    if plan is not None:
        send_to_archive(plan, ctx)
        ctx.workers.recompose(job_id, wait_s=COMPOSE_WAIT_S)
    return outcome


def _wanted(job_id: str, clip_id: str, number: int, ctx: Context) -> Version | None:
    try:
        found = ctx.jobs.get_take(job_id, clip_id, number).version
    except NotFoundError:
        return None
    return None if found is None or found.state is not VersionState.RESTORING else found


def _wait(version: Version, takes: timedelta, ctx: Context) -> Outcome:
    """Tell when the archive should have the take ready; its event, or a look, goes on from there."""
    now = ctx.clock.now()

    def change_of(job: Job, found: Version) -> Change:
        returning = found.returning or RestoreRequest(now, None, now)
        expected_at = returning.expected_at or returning.requested_at + takes
        look_at = max(expected_at, now) + LOOK_AGAIN
        waiting = replace(found, returning=replace(returning, expected_at=expected_at, look_at=look_at))
        event = VersionRestoring(**version_fields(job, found), expected_at=expected_at)
        events = (event,) if returning.expected_at is None else ()
        return Change(job, (waiting,), events=events)

    return _end(version, change_of, Outcome.WAITING, ctx)


def _restore(version: Version, returned: RehydratedTake, ctx: Context) -> tuple[Outcome, VersionPlan | None]:
    plan: VersionPlan | None = None
    outcome = Outcome.NOTHING

    def decide(job: Job) -> tuple[Change | None, None]:
        nonlocal plan, outcome
        plan, outcome = None, Outcome.NOTHING
        found = ctx.jobs.get_clip(job.job_id, version.clip_id)
        target = _wanted(job.job_id, version.clip_id, version.version_number, ctx)
        if target is None or target.returning is None or job.status is JobStatus.DELETING:
            return None, None
        if found.clip.current_version != target.returning.base_version:
            outcome = Outcome.STAYED
            return _staying(job, target, "Another take was chosen meanwhile."), None
        outcome = Outcome.RESTORED
        plan, change = _restoring(job, found, target, returned, ctx)
        return change, None

    change_job(version.job_id, decide, ctx)
    return outcome, plan


def _restoring(
    job: Job, found: ClipVersions, target: Version, returned: RehydratedTake, ctx: Context
) -> tuple[VersionPlan, Change]:
    plan = plan_restore(found, target.version_number, ctx, back=returned.back)
    puts: tuple[Record, ...] = (
        plan.clip,
        *plan.versions,
        *_unarchived(target, "brought back from the archive", ctx),
    )
    moved = replace(job, timeline_revision=job.timeline_revision + 1)
    moved = remember_restore(moved, plan.clip, found.clip.current_version, ctx)
    event = VersionRestored(**version_fields(job, target))
    return plan, Change(moved, puts, (returned.safety_net,), (event,))


def _losing(job: Job, found: Version, ctx: Context) -> Change:
    """Keep the place in the history of a take that the archive no longer has."""
    gone = tombstone(found, now=ctx.clock.now())
    puts: tuple[Record, ...] = (gone, *_unarchived(found, "lost in the archive", ctx))
    event = VersionDeleted(**version_fields(job, found), reason="The archive no longer has it.")
    return Change(job, puts, events=(event,))


def _unarchived(version: Version, reason: str, ctx: Context) -> tuple[Deletion, ...]:
    """Return the ledger entry that removes what the archive may have of a version, if it is archived."""
    if version.archived is None:
        return ()
    now, deletion_id = ctx.clock.now(), ctx.ids.new()
    return (
        deletion_of(version.archived, job_id=version.job_id, deletion_id=deletion_id, now=now, reason=reason),
    )


def _end(
    version: Version, change_of: Callable[[Job, Version], Change], outcome: Outcome, ctx: Context
) -> Outcome:
    """Commit what becomes of a version that is still wanted back."""

    def decide(job: Job) -> tuple[Change | None, bool]:
        found = _wanted(job.job_id, version.clip_id, version.version_number, ctx)
        return (None, False) if found is None else (change_of(job, found), True)

    _, done = change_job(version.job_id, decide, ctx)
    return outcome if done else Outcome.NOTHING


def _staying(job: Job, found: Version, reason: str) -> Change:
    event = VersionReturnDropped(**version_fields(job, found), reason=reason)
    return Change(job, (cancel_restore(found),), events=(event,))
