"""Undo the last change of a job's timeline."""

from dataclasses import replace

from retake.domain.changes import Change
from retake.domain.clip_names import clip_name
from retake.domain.errors import ConflictError
from retake.domain.events.versions import VersionRestored
from retake.domain.preparations import require_ready
from retake.domain.records.jobs import Job
from retake.domain.records.timeline import StepKind, TimelineStep
from retake.domain.statuses import VersionState
from retake.domain.timeline import put_back, remove, reorder, require_quiet, trim
from retake.domain.versions import version_fields
from retake.services.commits import change_once
from retake.services.context import Context
from retake.services.jobs.change_timeline import recomposed, require_others
from retake.services.versions.restore_version import plan_restore, require_revision

IN_PLACES = frozenset({StepKind.REORDERED, StepKind.REMOVED, StepKind.RETURNED, StepKind.ADDED})
"""What changes places is undone while nothing names clips by them."""


def undo_change(job_id: str, ctx: Context, *, request_id: str | None = None, if_revision: int | None) -> Job:
    """Take the last change back; the one before it can be undone next. A repeat changes nothing.

    A step that later takes or choices have overtaken is dropped, and refused.

    Raises:
        ConflictError: If there is none, it was overtaken, or the job is busy.
    """

    def decide(job: Job) -> tuple[Change | None, str | None]:
        require_ready(job)
        require_revision(job, if_revision)
        if not job.undo_steps:
            raise ConflictError("There is no change of the timeline left that can be undone.")
        step, *others = job.undo_steps
        if step.kind in IN_PLACES:
            require_quiet(job)
        change = _inverse(job, step, ctx)
        rest = tuple(others)
        if change is None:
            dropped = Change(replace(job, undo_steps=rest))
            return dropped, f"{_what(job, step)} was changed again since, so that is not undone."
        return replace(change, job=replace(change.job, undo_steps=rest)), None

    return recomposed(change_once(job_id, decide, ctx, request_id=request_id), ctx)


def _inverse(job: Job, step: TimelineStep, ctx: Context) -> Change | None:
    """Return the change that takes a step back; None where something else came in between."""
    now = ctx.clock.now()
    if step.kind is StepKind.REORDERED:
        return reorder(job, step.order, now=now) if len(step.order) == len(job.clip_ids) else None
    clips = ctx.jobs.read_clips(job.job_id, step.clip_ids)
    if step.kind is StepKind.REMOVED:
        is_back = clips[0].clip_id in job.clip_ids
        return None if is_back else put_back(job, clips[0], min(step.place, len(job.clip_ids)), now=now)
    if not all(clip.clip_id in job.clip_ids for clip in clips):
        return None
    if step.kind in {StepKind.ADDED, StepKind.RETURNED}:
        require_others(job, step.clip_ids, ctx)
        return remove(job, clips, now=now)
    if step.kind is StepKind.TRIMMED:
        return trim(job, clips[0], step.trim, now=now) if clips[0].trim == step.trim_after else None
    return _unrestored(job, step, ctx)


def _unrestored(job: Job, step: TimelineStep, ctx: Context) -> Change | None:
    """Return the change by which a clip shows the version again that it showed before a restore."""
    found = ctx.jobs.get_clip(job.job_id, step.clip_ids[0])
    before = None if step.version is None else found.numbered(step.version)
    if found.clip.current_version != step.version_after or before is None:
        return None
    if before.state is not VersionState.ACTIVE:
        raise ConflictError(
            f"Version {before.version_number} is {before.state} by now; restore it from the clip's versions."
        )
    plan = plan_restore(found, before.version_number, ctx)
    moved = replace(job, timeline_revision=job.timeline_revision + 1)
    return Change(
        moved, (plan.clip, *plan.versions), events=(VersionRestored(**version_fields(job, before)),)
    )


def _what(job: Job, step: TimelineStep) -> str:
    place = job.place_of(step.clip_ids[0]) if step.clip_ids else None
    return "The timeline" if place is None else clip_name(place, step.clip_title)
