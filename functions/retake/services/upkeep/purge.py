"""Remove what is no longer needed: the deletion ledger's objects, and deleted jobs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from retake.domain.due import DueKind, DueWork
from retake.domain.errors import NotFoundError
from retake.domain.statuses import JobStatus
from retake.prefixes import JOB_PREFIXES
from retake.services.batches.finish_batch import end_batch
from retake.services.context import Context

AT_ONCE = 500
"""Entries read at once, and as far as the backlog is counted."""

FAR_AHEAD = timedelta(days=3650)


@dataclass(frozen=True)
class PurgeReport:
    """What a run removed, and how many ledger entries are still due (counted up to ``AT_ONCE``)."""

    objects: int
    ledger_entries: int
    jobs: int
    backlog: int


def purge(ctx: Context, *, until: datetime | None = None, ignore_leases: bool = False) -> PurgeReport:
    """Carry out what the ledger says and is due, unless something refers to the object again.

    Args:
        until: When to stop, with time left for an entry and for deleted jobs; ``AT_ONCE`` entries are
            carried out where nothing is said.
        ignore_leases: Also remove jobs that can still be brought back.
        ctx: The ports.
    """
    removed = entries = 0
    while due := ctx.jobs.list_due(DueKind.DELETION, before=ctx.clock.now(), limit=AT_ONCE):
        tried = [_execute(item, ctx) for item in due if until is None or ctx.clock.now() < until]
        done = [count for count in tried if count is not None]
        removed += sum(done)
        entries += len(done)
        # Where there was nothing to do the index is a moment behind: the next run finds it in step.
        if until is None or ctx.clock.now() >= until or not done:
            break
    gone = 0
    before = ctx.clock.now() + (FAR_AHEAD if ignore_leases else timedelta())
    for item in ctx.jobs.list_due(DueKind.PURGE, before=before, limit=AT_ONCE):
        gone += _purge_job(item.job_id, ctx, before=before)
    backlog = len(ctx.jobs.list_due(DueKind.DELETION, before=ctx.clock.now(), limit=AT_ONCE))
    return PurgeReport(removed, entries, gone, backlog)


def _execute(due: DueWork, ctx: Context) -> int | None:
    """Carry out an entry; return how many objects it removed, or None where there is none any more."""
    try:
        deletion = ctx.jobs.get_deletion(due.job_id, due.record_id)
    except NotFoundError:
        return None
    wanted = referenced_keys(deletion.job_id, ctx)
    unreferenced = [key for key in deletion.keys if key not in wanted]
    for key in unreferenced:
        ctx.objects.delete(key)
    ctx.jobs.remove_deletion(deletion)
    return len(unreferenced)


def referenced_keys(job_id: str, ctx: Context) -> set[str]:
    """Return every object key that the job's records refer to."""
    try:
        job = ctx.jobs.get_job(job_id)
    except NotFoundError:
        return set()
    keys = set(job.keys)
    for entry in ctx.jobs.list_clips(job_id):
        for version in entry.versions:
            keys.update(version.keys)
    return keys


def _purge_job(job_id: str, ctx: Context, *, before: datetime) -> int:
    try:
        job = ctx.jobs.get_job(job_id)
    except NotFoundError:
        return 0
    if job.status is not JobStatus.DELETING or (job.lease_until or before) > before:
        return 0  # it was brought back, or deleted again since
    if job.active_batch_id is not None:  # its clips are still landing; the next run finds it drained
        return 0
    for batch_id in job.waiting_batch_ids:  # they give back what was set aside for them
        end_batch(job_id, batch_id, ctx, recompose_error=None)
    for prefix in JOB_PREFIXES:
        for found in ctx.objects.list_objects(f"{prefix}{job_id}/"):
            ctx.objects.delete(found.key)
    ctx.jobs.purge(job_id)
    return 1
