"""Make an earlier version current again, and recompose."""

from dataclasses import dataclass, replace

from retake.domain.changes import Change
from retake.domain.clip_names import clip_id_at
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import (
    ConflictError,
    NotFoundError,
    PreconditionFailedError,
    RetakeError,
    TakeDamagedError,
)
from retake.domain.events.versions import VersionRestored, VersionReturnDropped
from retake.domain.preparations import require_ready
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.takes import Version
from retake.domain.records.timeline import StepKind, TimelineStep
from retake.domain.statuses import VersionState
from retake.domain.timeline import remember
from retake.domain.versions import StagedTake, VersionPlan, deleted_for_good, request_restore, version_fields
from retake.domain.versions import restore_version as decide_restore
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.versions.archive_version import send_to_archive

WAIT_S = 20
"""How long an answer waits for the video, in seconds; HTTP APIs end a request at 30."""


@dataclass(frozen=True)
class RestoredVersion:
    """What a restore did.

    Attributes:
        version: As it is now: current, or on its way back from the archive.
        composed: Whether the video shows it already.
    """

    job: Job
    version: Version
    composed: bool


def restore_version(
    job_id: str, clip_index: int, version_id: str, ctx: Context, *, if_revision: int | None = None
) -> RestoredVersion:
    """Move the clip's pointer, then compose and wait a while; restoring the current one is a no-op.

    Args:
        job_id: The job.
        clip_index: The clip's place.
        version_id: The version.
        if_revision: The timeline revision the person looked at (``If-Match``).
        ctx: The ports.

    Raises:
        NotFoundError: If there is no such clip or version.
        GoneError: If the version is deleted, or the archive lost it.
        PreconditionFailedError: If the timeline moved since ``if_revision``.
        ConflictError: If the job is not ready, or the take is damaged in the store: then nothing changes.
    """
    job, target, plan, shown_before = _decide(job_id, clip_index, version_id, ctx, if_revision=if_revision)
    composed = job.is_composed
    if target.state is VersionState.RESTORING:
        composed = rehydrate_soon(target, ctx)
    elif not composed:
        composed = _compose(job_id, target, shown_before, ctx)
    if plan is not None:
        send_to_archive(plan, ctx)
    job = ctx.jobs.get_job(job_id)
    version = find_version(ctx.jobs.get_clip(job_id, target.clip_id), version_id)
    if target.state is VersionState.RESTORING:
        _require_returned(version)
        composed = composed and version.state is VersionState.ACTIVE
    return RestoredVersion(job, version, composed and job.is_composed)


def _decide(
    job_id: str, clip_index: int, version_id: str, ctx: Context, *, if_revision: int | None
) -> tuple[Job, Version, VersionPlan | None, int | None]:
    """Move the pointer, or mark an archived version as wanted back; say what was shown before."""
    plan: VersionPlan | None = None
    shown_before: int | None = None

    def decide(job: Job) -> tuple[Change | None, Version]:
        nonlocal plan, shown_before
        plan = None
        require_ready(job)
        require_revision(job, if_revision)
        found = ctx.jobs.get_clip(job_id, clip_id_at(job, clip_index))
        target = find_version(found, version_id)
        shown_before = found.clip.current_version
        if target.state in {VersionState.ARCHIVED, VersionState.RESTORING}:
            wanted = request_restore(target, base_version=found.clip.current_version, now=ctx.clock.now())
            return Change(job, (wanted,)), wanted
        plan = plan_restore(found, target.version_number, ctx)
        return _change(job, target, plan, shown_before, ctx), target

    job, target = change_job(job_id, decide, ctx)
    return job, target, plan, shown_before


def plan_restore(
    found: ClipVersions, number: int, ctx: Context, *, back: StagedTake | None = None
) -> VersionPlan:
    """Decide to make a version current now, within the limits, as the domain's ``restore_version`` does."""
    cap = ctx.limits.max_active_versions
    return decide_restore(found.clip, found.versions, number, back=back, now=ctx.clock.now(), cap=cap)


def _compose(job_id: str, target: Version, shown_before: int | None, ctx: Context) -> bool:
    """Have the video composed as ``compose_soon`` does; a take that is damaged is not restored."""
    try:
        return ctx.workers.recompose(job_id, wait_s=WAIT_S)
    except TakeDamagedError as error:
        now = find_version(ctx.jobs.get_clip(job_id, target.clip_id), target.version_id)
        if now.damaged_at is None or shown_before in {None, now.version_number}:
            return False  # another clip's take is damaged, or there is nothing to go back to
        _take_back(job_id, now, shown_before, ctx)
        compose_soon(job_id, ctx)
        raise ConflictError(
            f"Version {now.version_number} is damaged in the store and cannot be restored. "
            f"The clip shows version {shown_before} as before; choose another version."
        ) from error
    except RetakeError:
        return False


def _take_back(job_id: str, target: Version, shown_before: int, ctx: Context) -> None:
    """Point the clip at what it showed before, unless another version was chosen meanwhile."""

    def decide(job: Job) -> tuple[Change | None, None]:
        found = ctx.jobs.get_clip(job_id, target.clip_id)
        if found.clip.current_version != target.version_number:
            return None, None
        plan = plan_restore(found, shown_before, ctx)
        steps = tuple(step for step in job.undo_steps if not _is_step_to(step, target))
        moved = replace(job, timeline_revision=job.timeline_revision + 1, undo_steps=steps)
        event = VersionReturnDropped(**version_fields(job, target), reason="It is damaged in the store.")
        return Change(moved, (plan.clip, *plan.versions), events=(event,)), None

    change_job(job_id, decide, ctx)


def _is_step_to(step: TimelineStep, target: Version) -> bool:
    return step.clip_ids == (target.clip_id,) and step.version_after == target.version_number


def _change(
    job: Job, target: Version, plan: VersionPlan, shown_before: int | None, ctx: Context
) -> Change | None:
    if not plan.moved:
        return None
    moved = replace(job, timeline_revision=job.timeline_revision + 1)
    moved = remember_restore(moved, plan.clip, shown_before, ctx)
    event = VersionRestored(**version_fields(job, target))
    return Change(moved, (plan.clip, *plan.versions), events=(event,))


def remember_restore(job: Job, clip: Clip, shown_before: int | None, ctx: Context) -> Job:
    """Return the job with a restore that can be undone, made of the clip as it is after it."""
    step = TimelineStep(
        StepKind.RESTORED,
        ctx.clock.now(),
        (clip.clip_id,),
        clip.title,
        version=shown_before,
        version_after=clip.current_version,
    )
    return remember(job, step)


def _require_returned(version: Version) -> None:
    """Refuse to call it a success that the archive did not have the take, or not whole."""
    if version.state is VersionState.DELETED:
        raise deleted_for_good(version)
    if version.state is VersionState.ARCHIVED:
        raise ConflictError(
            f"Version {version.version_number} stays in the archive: another take was chosen meanwhile, "
            "or it could not be read; the job's events say which."
        )


def rehydrate_soon(version: Version, ctx: Context) -> bool:
    """Restore an archived take and compose, waiting a while; True when both ended.

    The request is committed by now: where the worker fails, the reconciliation tries again.
    """
    try:
        return ctx.workers.rehydrate(version.job_id, version.clip_id, version.version_number, wait_s=WAIT_S)
    except RetakeError:
        return False


def compose_soon(job_id: str, ctx: Context) -> bool:
    """Compose the video, waiting a while; True when it is up to date.

    The timeline is committed by now: where composing fails, the reconciliation tries again, and the
    answer says that the video is not ready rather than that the change was refused.
    """
    try:
        return ctx.workers.recompose(job_id, wait_s=WAIT_S)
    except RetakeError:
        return False


def require_revision(job: Job, if_revision: int | None) -> None:
    """Refuse a change made on an older timeline. Raises ``PreconditionFailedError``."""
    if if_revision is not None and if_revision != job.timeline_revision:
        raise PreconditionFailedError(
            f"The job's timeline changed meanwhile: it is at revision {job.timeline_revision}, "
            f"If-Match says {if_revision}. Read the job again."
        )


def find_version(found: ClipVersions, version_id: str) -> Version:
    """Return a clip's version by its id, or by its number. Raises ``NotFoundError``."""
    version = found.named(version_id)
    if version is None:
        raise NotFoundError(f"This clip has no version {version_id!r}.")
    return version
