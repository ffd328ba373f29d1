"""Predict which takes the batches of a job will send to the archive, in the order in which they run."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from retake.domain.active_cap import FutureTakes
from retake.domain.archive_notices import ArchiveNotice, archive_notices
from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.statuses import RegenerationStatus
from retake.services.batches.accept_batch import list_siblings
from retake.services.context import Context


def foresee_archives(
    job: Job, batches: Sequence[Batch], ctx: Context
) -> Mapping[str, tuple[ArchiveNotice, ...]]:
    """Return what each batch archives if all its takes succeed; another order gives another answer.

    A paused batch is reported as if it were resumed now; the others do not count on it.

    Args:
        job: Their job.
        batches: Those that have not ended, in their order.
        ctx: The ports.
    """
    left = {batch.batch_id: _left(batch, ctx) for batch in batches}
    clip_ids = tuple(dict.fromkeys(clip_id for by_clip in left.values() for clip_id in by_clip))
    clips = {entry.clip.clip_id: entry for entry in ctx.jobs.list_active(job.job_id, clip_ids)}
    until = ctx.clock.now() + timedelta(days=ctx.limits.delete_after_days)
    future = {clip_id: FutureTakes.of(entry.clip, entry.versions) for clip_id, entry in clips.items()}
    found = {}
    for batch in batches:
        notices: list[ArchiveNotice] = []
        for clip_id, takes in left[batch.batch_id].items():
            after, going = _landed(takes, future[clip_id], ctx, cap=ctx.limits.max_active_versions)
            if batch.batch_id not in job.paused_batch_ids:
                future[clip_id] = after
            entry, first = clips[clip_id], takes[0]
            notices += archive_notices(first.clip_index, first.clip_title, entry.versions, going, until=until)
        found[batch.batch_id] = tuple(notices)
    return found


def _left(batch: Batch, ctx: Context) -> Mapping[str, Sequence[Regeneration]]:
    """Return the takes of a batch that are still to come, by clip."""
    by_clip: dict[str, list[Regeneration]] = {}
    for item in ctx.jobs.list_regenerations(batch.job_id, batch.regeneration_ids):
        if not item.status.is_terminal:
            by_clip.setdefault(item.clip_id, []).append(item)
    return by_clip


def _landed(
    takes: Sequence[Regeneration], future: FutureTakes, ctx: Context, *, cap: int
) -> tuple[FutureTakes, tuple[int, ...]]:
    siblings = list_siblings(takes[0], ctx)
    shown = next((item for item in siblings if item.status is RegenerationStatus.SUCCEEDED), None)
    base = None if shown is None else shown.base_version
    return future.landed(len(takes), cap=cap, joined=shown is not None, base=base)
