"""Archive and delete the takes that are old enough: found by the index, decided clip by clip."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from retake.domain.changes import Change
from retake.domain.due import DueKind, DueWork
from retake.domain.errors import NotFoundError
from retake.domain.records.jobs import Job
from retake.domain.retention import (
    RetentionReason,
    pays_under,
    plan_retention,
    send_off,
)
from retake.domain.statuses import JobStatus
from retake.domain.sweeps import SweepCursor
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.retention.sweep_report import Step, SweepReport
from retake.services.retention.tombstones import tombstone_change

SWEEP = "versions"

PAGE = 100
"""Entries of the index read at once, from each of its parts."""

PER_RUN = 500
"""Takes archived and deleted a run; the next one goes on, minutes later.

The archive's workers take some 20 s for a take: more would only wait in their queue.
"""

PER_COMMIT = 20
"""Takes of a clip archived, and deleted, in one commit: each is up to two of its 100 items."""

DELETED_FOR_AGE = RetentionReason.OLD_ENOUGH_TO_GO.value

Seen = dict[tuple[str, str], Mapping[str, str]]
"""Clips that this run settled: what of each stays and why, by number."""


def sweep_versions(
    ctx: Context, *, until: datetime, resume: bool = False, dry_run: bool = False, at_most: int = PER_RUN
) -> SweepReport:
    """Do what is due, oldest first, and remember where to go on if it is too much for one run.

    Args:
        until: When to stop, with time left to write down how far this came.
        resume: Go on with a run that was cut off, and do nothing where there is none.
        dry_run: Only say what would be done.
        at_most: Takes to archive and delete.
        ctx: The ports.
    """
    report = SweepReport(is_dry=dry_run)
    cursor = ctx.cursors.find(SWEEP) if resume else _begin(report, ctx)
    if cursor is None:
        return report
    seen: Seen = {}
    for kind in (DueKind.SUPERSEDED, DueKind.ARCHIVED):
        while kind in cursor.positions and not report.has_more:
            position: str | None = cursor.positions[kind]
            page = _page(kind, cursor.positions[kind], ctx)
            report.entries_read += len(page)
            for due in page:
                if ctx.clock.now() >= until or report.changed >= at_most:
                    report.has_more = True
                    break
                _settle(due, report, seen, ctx)
                position = due.position
            else:
                position = position if len(page) == PAGE else None
            cursor = cursor.moved(kind, position)
            _remember(cursor, report, ctx)
    return report


def _begin(report: SweepReport, ctx: Context) -> SweepCursor:
    begin = SweepCursor(SWEEP, ctx.clock.now(), {DueKind.SUPERSEDED: "", DueKind.ARCHIVED: ""})
    _remember(begin, report, ctx)  # a run that dies is gone on with
    return begin


def _remember(cursor: SweepCursor, report: SweepReport, ctx: Context) -> None:
    if not report.is_dry:
        ctx.cursors.keep(cursor)


def _page(kind: DueKind, after: str, ctx: Context) -> list[DueWork]:
    limits = ctx.limits
    days = {
        DueKind.SUPERSEDED: min(limits.archive_after_days, limits.delete_after_days),
        DueKind.ARCHIVED: limits.delete_after_days,
    }[kind]
    before = ctx.clock.now() - timedelta(days=days)
    return list(ctx.jobs.list_due(kind, before=before, limit=PAGE, after=after))


def _settle(due: DueWork, report: SweepReport, seen: Seen, ctx: Context) -> None:
    """Do all that is due of the entry's clip at once; its other entries are settled with it."""
    job_id, clip_id = due.job_id, due.clip_id or ""
    if (job_id, clip_id) not in seen:
        seen[job_id, clip_id] = {}
        try:
            seen[job_id, clip_id] = _sweep_clip(job_id, clip_id, report, ctx)
        except NotFoundError:  # deleted meanwhile: the index is a moment behind
            pass
        except Exception as error:  # noqa: BLE001 - one broken job must not keep all others waiting
            report.fail(f"{job_id} {clip_id}: {error!r}")
    if due.record_id in seen[job_id, clip_id]:
        report.skip(seen[job_id, clip_id][due.record_id])


def _sweep_clip(job_id: str, clip_id: str, report: SweepReport, ctx: Context) -> Mapping[str, str]:
    """Archive and delete what is old enough; return what stays and why, by number."""
    stays: dict[str, str] = {}
    while (step := _commit(job_id, clip_id, report, ctx)) is not None:
        report.clips_read += 1
        report.archived += len(step.archive)
        report.deleted += len(step.delete)
        if not report.is_dry:
            for version in step.archive:  # a message that is lost is sent again by reconcile
                ctx.queue.send_archive(job_id, clip_id, version.version_number)
        stays = stays or {str(item.version.version_number): item.reason for item in step.plan.kept}
        if step.is_last:
            break
        # More than a commit holds: look again at what is left.
    return stays


def _commit(job_id: str, clip_id: str, report: SweepReport, ctx: Context) -> Step | None:
    def decide(job: Job) -> tuple[Change | None, Step | None]:
        if job.status is JobStatus.DELETING:  # all of it is going
            return None, None
        found = ctx.jobs.get_clip(job_id, clip_id)
        now = ctx.clock.now()
        plan = plan_retention(
            found.clip, found.versions, now, ctx.limits, pays=pays_under(ctx.limits, ctx.archive_class)
        )
        step = Step.of(plan, at_most=None if report.is_dry else PER_COMMIT)
        if report.is_dry or not (step.archive or step.delete):
            return None, step
        return _change(job, step, now, ctx), step

    _, step = change_job(job_id, decide, ctx)
    if step is not None and report.is_dry:
        report.plan(step)
    return step


def _change(job: Job, step: Step, now: datetime, ctx: Context) -> Change:
    leaving = tuple(send_off(version, now) for version in step.archive)
    if not step.delete:
        return Change(job, leaving)
    change = tombstone_change(job, step.delete, reason=DELETED_FOR_AGE, deletion_id=ctx.ids.new(), now=now)
    return replace(change, puts=(*change.puts, *leaving))
