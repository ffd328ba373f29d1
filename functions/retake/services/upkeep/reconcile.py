"""Settle work that stopped half-way: batches, preparations, compositions, archivings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from retake.domain.changes import Change
from retake.domain.due import DueKind, DueWork, due_of, kept_until
from retake.domain.errors import NotFoundError
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.domain.records.timeline import Addition
from retake.domain.statuses import JobStatus
from retake.domain.versions import ARCHIVE_LEASE, RETURN_LEASE, deletion_of
from retake.ports.workflows import ExecutionStatus
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.jobs.finish_preparation import (
    fail_addition,
    finish_additions,
    finish_preparation,
    start_addition,
    start_preparation,
)
from retake.services.upkeep.settle_batch import SLOW, compose_video, settle_batch

PER_RUN = 100
"""Entries of each kind a run looks at; the next run, a minute later, takes the rest."""

COMPOSE_LEASE = timedelta(minutes=11)
"""How long a composition that takes longer is left alone: its function runs for ten minutes at most."""
NOT_ADDED = "Its preparation was interrupted. Remove it, and add it again."

FAR_AHEAD = timedelta(days=3650)


@dataclass(frozen=True)
class ReconcileReport:
    """What a run did: counts by kind, and what could not be settled (and will be tried again).

    Attributes:
        batches: The job and the id of each batch that was looked after.
        batches_silent: How many of them nothing else would have gone on with: they were started or ended
            here. The others run, and were only given more time.
    """

    settled: dict[str, int]
    errors: tuple[str, ...]
    batches: tuple[tuple[str, str], ...] = ()
    batches_silent: int = 0


def reconcile(ctx: Context, *, ignore_leases: bool = False) -> ReconcileReport:
    """Settle everything that is due.

    Args:
        ignore_leases: Look at everything unfinished, however fresh: after an outage, or by hand. A
            submission that was under way then is asked or searched for at once; it is not repeated
            unless the provider knows its key.
        ctx: The ports.
    """
    before = ctx.clock.now() + (FAR_AHEAD if ignore_leases else timedelta())
    settle: dict[DueKind, Callable[[DueWork], bool | None]] = {
        DueKind.BATCH: lambda due: settle_batch(due.job_id, due.record_id, ctx, ignore_leases=ignore_leases),
        DueKind.PREPARATION: lambda due: settle_preparation(due.job_id, ctx),
        DueKind.COMPOSITION: lambda due: _settle_composition(due, ctx, ignore_leases=ignore_leases),
        DueKind.ARCHIVE: lambda due: _settle_archive(due, ctx),
        DueKind.RESTORE: lambda due: _settle_return(due, ctx),
        DueKind.KEPT: lambda due: _settle_kept(due, ctx),
    }
    counts: dict[str, int] = {}
    errors: list[str] = []
    batches: list[tuple[str, str]] = []
    silent = 0
    for kind, act in settle.items():
        for due in ctx.jobs.list_due(kind, before=before, limit=PER_RUN):
            try:
                silent += act(due) is True
            except Exception as error:  # noqa: BLE001 - one broken job must not keep all others waiting
                errors.append(f"{kind} {due.record_id}: {error!r}")
            else:
                counts[kind] = counts.get(kind, 0) + 1
            if kind is DueKind.BATCH:
                batches.append((due.job_id, due.record_id))
    return ReconcileReport(counts, tuple(errors), tuple(batches), silent)


def settle_execution(payload: Mapping[str, Any], ctx: Context) -> None:
    """Settle what an execution that ended badly was started for.

    Args:
        payload: The execution's input: ``job_id``, and ``batch_id`` for a batch; for videos
            ``creation_id`` and ``videos``.
        ctx: The ports.
    """
    if "creation_id" in payload:
        for video in payload["videos"]:
            settle_batch(video["job_id"], payload["creation_id"], ctx)
    elif "batch_id" in payload:
        settle_batch(payload["job_id"], payload["batch_id"], ctx)
    else:
        settle_preparation(payload["job_id"], ctx)


def settle_preparation(job_id: str, ctx: Context) -> None:
    """Start or finish a new job, or clips that were added to one, by the state of its execution."""
    try:
        job = ctx.jobs.get_job(job_id)
    except NotFoundError:  # deleted meanwhile
        return
    for addition in job.additions:
        if job.status is not JobStatus.DELETING:
            _settle_addition(job_id, addition, ctx)
    if job.status is not JobStatus.PREPARING:
        return
    execution = ctx.workflow.describe_preparation(job_id)
    if execution is ExecutionStatus.MISSING:
        start_preparation(job, ctx)
    elif execution is not ExecutionStatus.RUNNING:
        finish_preparation(job_id, ctx, recompose_error=None)


def _settle_addition(job_id: str, addition: Addition, ctx: Context) -> None:
    execution = ctx.workflow.describe_preparation(addition.addition_id)
    if execution is ExecutionStatus.MISSING:
        start_addition(job_id, addition, ctx)
    elif execution is not ExecutionStatus.RUNNING:
        finish_additions(job_id, ctx)
        fail_addition(job_id, addition.addition_id, ctx, reason=NOT_ADDED)


def _settle_composition(due: DueWork, ctx: Context, *, ignore_leases: bool) -> None:
    """Have a video composed, once: joining a large one takes longer than we wait, or than a minute."""
    if not _lease_composition(due.job_id, ctx, ignore_leases=ignore_leases):
        return
    if compose_video(due.job_id, ctx) not in {None, SLOW}:  # no call works on it any more
        _release_composition(due.job_id, ctx)


def _lease_composition(job_id: str, ctx: Context, *, ignore_leases: bool) -> bool:
    """Take the composition on; False where another call is at it."""
    now = ctx.clock.now()

    def decide(job: Job) -> tuple[Change | None, bool]:
        if job.status is not JobStatus.READY:  # its lease says something else
            return None, True
        is_leased = job.lease_until is not None and job.lease_until > now
        if is_leased and not ignore_leases:
            return None, False
        return Change(replace(job, lease_until=now + COMPOSE_LEASE)), True

    return change_job(job_id, decide, ctx)[1]


def _release_composition(job_id: str, ctx: Context) -> None:
    def decide(job: Job) -> tuple[Change | None, None]:
        is_ours = job.status is JobStatus.READY and job.lease_until is not None
        return (Change(replace(job, lease_until=None)) if is_ours else None), None

    change_job(job_id, decide, ctx)


def _settle_archive(due: DueWork, ctx: Context) -> None:
    """Ask again for a version whose message was lost, or put aside."""
    again = _renew_version(due, lambda found, now: replace(found, archive_due_at=now + ARCHIVE_LEASE), ctx)
    if again is not None:
        ctx.queue.send_archive(due.job_id, again.clip_id, again.version_number)


def _settle_return(due: DueWork, ctx: Context) -> None:
    """Try again to bring a version back whose worker, or S3's event, never came."""
    again = _renew_version(due, _look_later, ctx)
    if again is not None:
        ctx.workers.rehydrate(due.job_id, again.clip_id, again.version_number, wait_s=0)


def _settle_kept(due: DueWork, ctx: Context) -> None:
    """Delete composed videos that are no longer the newest, once they were kept long enough."""

    def decide(job: Job) -> tuple[Change | None, None]:
        now = ctx.clock.now()
        gone = [made for made in job.kept_compositions if (kept_until(made) or now) <= now]
        if not gone or job.status is JobStatus.DELETING:
            return None, None
        kept = tuple(made for made in job.kept_compositions if made not in gone)
        ledger = tuple(
            deletion_of(
                made,
                job_id=job.job_id,
                deletion_id=ctx.ids.new(),
                now=now,
                reason="composition kept long enough",
            )
            for made in gone
        )
        return Change(replace(job, kept_compositions=kept), ledger), None

    change_job(due.job_id, decide, ctx)


def _renew_version(
    due: DueWork, renewed: Callable[[Version, datetime], Version], ctx: Context
) -> Version | None:
    """Move a version's lease ahead first: a full queue must not fill with repeats every minute."""

    def decide(job: Job) -> tuple[Change | None, Version | None]:
        found = ctx.jobs.get_take(job.job_id, due.clip_id or "", int(due.record_id)).version
        if found is None or due_of(found, ctx.clock.now()) != (due.kind, due.due_at):
            return None, None
        return Change(job, (renewed(found, ctx.clock.now()),)), found

    return change_job(due.job_id, decide, ctx)[1]


def _look_later(version: Version, now: datetime) -> Version:
    if version.returning is None:  # pragma: no cover - what is due for a return has one
        return version
    return replace(version, returning=replace(version.returning, look_at=now + RETURN_LEASE))
