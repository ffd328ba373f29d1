"""Reorder, remove, put back and trim clips; then compose."""

from collections.abc import Sequence

from retake.domain.changes import Change
from retake.domain.clip_names import clip_id_at
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import ConflictError, NotFoundError
from retake.domain.preparations import require_ready
from retake.domain.records.jobs import Job
from retake.domain.records.timeline import Trim
from retake.domain.statuses import ClipStatus, JobStatus
from retake.domain.timeline import put_back, remove, reorder, require_quiet, require_timeline, trim
from retake.services.commits import change_job, change_once
from retake.services.context import Context
from retake.services.versions.restore_version import compose_soon, require_revision


def reorder_clips(
    job_id: str, order: Sequence[int], ctx: Context, *, request_id: str | None = None, if_revision: int | None
) -> Job:
    """Reorder the clips; the order gives their present indexes, each once. A repeat changes nothing.

    Raises:
        InvalidRequestError: If ``order`` is not a permutation of the indexes.
        ConflictError: If a batch runs or waits: its clips are named by their places.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        require_quiet(job)
        require_revision(job, if_revision)
        return reorder(job, order, now=ctx.clock.now()), None

    return recomposed(change_once(job_id, decide, ctx, request_id=request_id), ctx)


def remove_clip(
    job_id: str, clip_index: int, ctx: Context, *, request_id: str | None = None, if_revision: int | None
) -> Job:
    """Take a clip out of the timeline; it stays in the job with its takes, to be put back.

    A repeat changes nothing, whatever clip has that place by then.

    Raises:
        NotFoundError: If there is no such clip.
        ConflictError: If it is the last one, or the last one with a take, or a batch runs or waits.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        require_quiet(job)
        require_revision(job, if_revision)
        clip_id = clip_id_at(job, clip_index)
        require_others(job, (clip_id,), ctx)
        return remove(job, [ctx.jobs.get_take(job_id, clip_id, None).clip], now=ctx.clock.now()), None

    return recomposed(change_once(job_id, decide, ctx, request_id=request_id), ctx)


def list_removed(job: Job, ctx: Context) -> Sequence[ClipVersions]:
    """Return the clips that were removed from the timeline, the last one first.

    A clip that was written and never committed is none of them, nor is one that was deleted since.
    """
    found = [
        entry
        for entry in ctx.jobs.list_clips(job.job_id)
        if entry.clip.clip_id not in job.clip_ids
        and entry.clip.deleted_at is None
        and (entry.clip.removed_at is not None or entry.clip.current_version is not None)
    ]
    dated = [entry for entry in found if entry.clip.removed_at is not None]
    older = [entry for entry in found if entry.clip.removed_at is None]
    return [*sorted(dated, key=lambda entry: str(entry.clip.removed_at), reverse=True), *older]


def return_clip(
    job_id: str, clip_id: str, place: int | None, ctx: Context, *, if_revision: int | None
) -> Job:
    """Return a removed clip to the timeline, by default where it was; a repeat changes nothing.

    Raises:
        NotFoundError: If there is no such clip.
        InvalidRequestError: If there is no such place.
        ConflictError: If a batch runs or waits, or the job has as many clips as it may.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        require_quiet(job)
        require_revision(job, if_revision)
        if clip_id in job.clip_ids:
            return None, None
        removed = {entry.clip.clip_id: entry.clip for entry in list_removed(job, ctx)}
        if clip_id not in removed:
            raise NotFoundError(f"This job has no removed clip {clip_id!r}.")
        if len(job.clip_ids) >= ctx.limits.max_clips:
            raise ConflictError(f"A job has at most {ctx.limits.max_clips} clips; remove another one first.")
        return put_back(job, removed[clip_id], place, now=ctx.clock.now()), None

    return recomposed(change_job(job_id, decide, ctx)[0], ctx)


def require_others(job: Job, clip_ids: Sequence[str], ctx: Context) -> None:
    """Refuse to leave a job without a clip, or without one that has a take. Raises ``ConflictError``."""
    left = [item for item in job.clip_ids if item not in clip_ids]
    if not left:
        raise ConflictError("A job keeps at least one clip; delete the job instead.")
    if not any(entry.version is not None for entry in ctx.jobs.list_takes(job.job_id, left)):
        raise ConflictError(
            "No other clip has a take, so there would be no video; have one generated first (retry its "
            "batch, or regenerate it), or delete the job."
        )


def require_shown(job: Job, clip_index: int, ctx: Context) -> ClipVersions:
    """Return a clip of the timeline that has a take. Raises ``ConflictError`` for one that has none."""
    found = ctx.jobs.get_clip(job.job_id, clip_id_at(job, clip_index))
    if found.clip.status is not ClipStatus.READY or found.current is None:
        raise ConflictError(f"Clip {clip_index} has no take yet.")
    return found


def trim_change(job: Job, clip_index: int, wanted: Trim | None, ctx: Context) -> Change | None:
    """Return the change by which the video shows a part of a clip.

    Raises:
        NotFoundError: If there is no such clip.
        InvalidRequestError: If the clip does not have these frames.
        ConflictError: If the clip has no take, or belongs to a video.
    """
    require_timeline(job)
    require_ready(job)
    clip = ctx.jobs.get_take(job.job_id, clip_id_at(job, clip_index), None).clip
    return trim(job, clip, wanted, now=ctx.clock.now())


def recomposed(job: Job, ctx: Context) -> Job:
    """Compose the video where it is older than the timeline, wait a while, and return the job."""
    if job.status is JobStatus.READY and not job.is_composed:
        compose_soon(job.job_id, ctx)
    return ctx.jobs.get_job(job.job_id)
