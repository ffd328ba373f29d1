"""Reorder and remove clips, delete jobs."""

from collections.abc import Sequence
from dataclasses import replace

from retake.domain.changes import Change
from retake.domain.clip_names import clip_id_at
from retake.domain.errors import ConflictError, Fault, InvalidRequestError
from retake.domain.events import ClipRemoved, ClipsReordered
from retake.domain.preparations import require_ready
from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.versions.restore_version import compose_soon, require_revision


def reorder_clips(job_id: str, order: Sequence[int], ctx: Context, *, if_revision: int | None) -> Job:
    """Put the clips in a new order, given as their indexes of now, each once.

    Raises:
        InvalidRequestError: If ``order`` is not a permutation of the indexes.
        ConflictError: If a batch runs or waits: its clips are named by their places.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        _require_quiet(job)
        require_revision(job, if_revision)
        if sorted(order) != list(range(len(job.clip_ids))):
            raise InvalidRequestError(
                "The order was refused; nothing was changed.",
                faults=[Fault("order", f"Name each index from 0 to {len(job.clip_ids) - 1} exactly once.")],
            )
        if list(order) == sorted(order):
            return None, None
        clip_ids = tuple(job.clip_ids[index] for index in order)
        event = ClipsReordered(order=tuple(order))
        return Change(_moved(job, clip_ids), events=(event,)), None

    return _recomposed(change_job(job_id, decide, ctx)[0], ctx)


def remove_clip(job_id: str, clip_index: int, ctx: Context, *, if_revision: int | None) -> Job:
    """Take a clip out of the timeline; its takes stay in the job until it is deleted.

    Raises:
        NotFoundError: If there is no such clip.
        ConflictError: If it is the last one, or the last one with a take, or a batch runs or waits.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        _require_quiet(job)
        require_revision(job, if_revision)
        clip_id = clip_id_at(job, clip_index)
        if len(job.clip_ids) == 1:
            raise ConflictError("A job keeps at least one clip; delete the job instead.")
        clip_ids = tuple(item for item in job.clip_ids if item != clip_id)
        if not _has_takes(job.job_id, clip_ids, ctx):
            raise ConflictError(
                "No other clip has a take, so there would be no video; have one generated first (retry its "
                "batch, or regenerate it), or delete the job."
            )
        title = ctx.jobs.get_clip(job_id, clip_id).clip.title
        event = ClipRemoved(removed=clip_index, clip_title=title or None)
        return Change(_moved(job, clip_ids), events=(event,)), None

    return _recomposed(change_job(job_id, decide, ctx)[0], ctx)


def delete_job(job_id: str, ctx: Context) -> None:
    """Mark a job as going; its batches are cancelled, its objects and records are purged after that."""

    def decide(job: Job) -> tuple[Change | None, None]:
        if job.status is JobStatus.DELETING:
            return None, None
        now = ctx.clock.now()
        active = [job.active_batch_id] if job.active_batch_id is not None else []
        batches = [ctx.jobs.get_batch(job_id, batch_id) for batch_id in (*active, *job.waiting_batch_ids)]
        cancelled = tuple(
            replace(batch, cancel_requested_at=batch.cancel_requested_at or now) for batch in batches
        )
        return Change(replace(job, status=JobStatus.DELETING, lease_until=now), cancelled), None

    change_job(job_id, decide, ctx)


def _require_quiet(job: Job) -> None:
    require_ready(job)
    if job.active_batch_id is not None:
        raise ConflictError("A batch is running on this job; wait for its end, or cancel it.")
    if job.waiting_batch_ids:
        raise ConflictError("A paused batch waits on this job; resume it, or cancel it.")


def _has_takes(job_id: str, clip_ids: Sequence[str], ctx: Context) -> bool:
    return any(entry.version is not None for entry in ctx.jobs.list_takes(job_id, clip_ids))


def _moved(job: Job, clip_ids: tuple[str, ...]) -> Job:
    return replace(job, clip_ids=clip_ids, timeline_revision=job.timeline_revision + 1)


def _recomposed(job: Job, ctx: Context) -> Job:
    if not job.is_composed:
        compose_soon(job.job_id, ctx)
    return ctx.jobs.get_job(job.job_id)
