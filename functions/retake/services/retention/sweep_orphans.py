"""Find what a crash left behind: objects without a record, records without an object or a job."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from retake.domain.errors import NotFoundError
from retake.domain.sweeps import RecordTrace, SweepCursor
from retake.ports.objects import ObjectInfo
from retake.prefixes import JOB_PREFIXES
from retake.services.context import Context
from retake.services.retention.examine_job import (
    Findings,
    examine_job,
    orphaned_objects,
)
from retake.services.retention.repair_job import repair_counters, schedule_deletion, tombstone_missing
from retake.services.retention.sweep_report import OrphanReport
from retake.services.retention.verify_job import find_damaged, handle_damage

SWEEP = "orphans"

RECORDS = "records"

PAGE = 100
"""Items, or folders, read at once."""

PER_RUN = 500
"""Jobs examined a run, of some ten requests each; the next one goes on, minutes later."""


def sweep_orphans(
    ctx: Context,
    *,
    until: datetime,
    resume: bool = False,
    go_on: bool = False,
    dry_run: bool = False,
    repair: bool = False,
    verify: bool = False,
    at_most: int = PER_RUN,
) -> OrphanReport:
    """Examine all jobs once, a page at a time; the position is stored for the next run.

    Args:
        until: When to stop, with time left for a page.
        resume: Only go on with a run that was cut off, and do nothing where there is none.
        go_on: Go on with a run that was cut off, and begin where there is none. Begun anew each day, a
            sweep would never come to the jobs behind those that a day has time for.
        dry_run: Only say what would be done.
        repair: Correct counters that differ from what the store holds; they are reported either way.
        verify: Read every object that a record refers to, and say which are damaged.
        at_most: Jobs to examine; the page at hand is finished.
        ctx: The ports.
    """
    report = OrphanReport(is_dry=dry_run)
    cursor = ctx.cursors.find(SWEEP) if resume or go_on else None
    if cursor is None:
        if resume:
            return report
        cursor = _begin(report, ctx)
    lists: dict[str, Callable[[str], str | None]] = {
        RECORDS: lambda after: _through_records(after, report, ctx, repair=repair, verify=verify),
        **{prefix: _through_folders(prefix, report, ctx) for prefix in JOB_PREFIXES},
    }
    for name, go_through in lists.items():
        while name in cursor.positions:
            if ctx.clock.now() >= until or report.jobs_examined >= at_most:
                report.has_more = True
                return report
            cursor = cursor.moved(name, go_through(cursor.positions[name]))
            _remember(cursor, report, ctx)
    return report


def _begin(report: OrphanReport, ctx: Context) -> SweepCursor:
    cursor = SweepCursor(SWEEP, ctx.clock.now(), dict.fromkeys((RECORDS, *JOB_PREFIXES), ""))
    _remember(cursor, report, ctx)  # a run that dies is gone on with
    return cursor


def _grace_began(ctx: Context) -> datetime:
    return ctx.clock.now() - timedelta(hours=ctx.limits.orphan_grace_hours)


def _remember(cursor: SweepCursor, report: OrphanReport, ctx: Context) -> None:
    if not report.is_dry:
        ctx.cursors.keep(cursor)


def _through_records(
    after: str, report: OrphanReport, ctx: Context, *, repair: bool, verify: bool
) -> str | None:
    """Examine the jobs of a page, and remove records without a job; return where to go on."""
    page = ctx.inventory.list_records(limit=PAGE, cursor=after or None)
    report.records_read += len(page.items)
    by_job: dict[str, list[RecordTrace]] = {}
    for trace in page.items:
        by_job.setdefault(trace.job_id, []).append(trace)
    for job_id, traces in by_job.items():
        try:
            if any(trace.kind == "Job" for trace in traces):
                _examine(job_id, report, ctx, repair=repair, verify=verify)
            elif not _exists(job_id, ctx):
                _remove_records(job_id, traces, report, ctx)
        except NotFoundError:  # purged meanwhile
            continue
        except Exception as error:  # noqa: BLE001 - one broken job must not keep all others waiting
            report.fail(f"{job_id}: {error!r}")
    return page.cursor


def _exists(job_id: str, ctx: Context) -> bool:
    try:
        ctx.jobs.get_job(job_id)
    except NotFoundError:
        return False
    return True


def _remove_records(job_id: str, traces: Sequence[RecordTrace], report: OrphanReport, ctx: Context) -> None:
    """Remove what a job that was never committed, or is gone, left behind; its ledger stays."""
    left = [trace for trace in traces if trace.kind != "Deletion"]
    before = _grace_began(ctx)
    if not left or any(item.written_at is None or item.written_at >= before for item in left):
        return
    report.records_removed += len(left)
    report.note(f"{len(left)} records of job {job_id}, which does not exist")
    if not report.is_dry:
        ctx.jobs.purge(job_id)


def _examine(job_id: str, report: OrphanReport, ctx: Context, *, repair: bool, verify: bool) -> None:
    findings = examine_job(job_id, ctx, before=_grace_began(ctx))
    report.jobs_examined += 1
    if findings is None:
        report.jobs_passed_over += 1
        return
    if not findings.count.is_exact:
        report.drift(findings.count)
        if repair and not report.is_dry:
            report.repaired += repair_counters(findings, ctx)
    _schedule_deletion(job_id, findings.orphaned, report, ctx)
    _tombstone_missing(findings, report, ctx)
    if verify:
        damaged = list(find_damaged(findings, report, ctx))
        if not report.is_dry:
            report.remade += handle_damage(findings, damaged, ctx)


def _schedule_deletion(
    job_id: str, orphaned: Sequence[ObjectInfo], report: OrphanReport, ctx: Context
) -> None:
    for info in orphaned:
        report.orphaned(info)
    if not report.is_dry:
        schedule_deletion(job_id, orphaned, ctx, now=ctx.clock.now())


def _tombstone_missing(findings: Findings, report: OrphanReport, ctx: Context) -> None:
    for missing in findings.missing:
        report.missing(missing)
        if missing.version is None or missing.is_current or not missing.is_the_take:
            continue  # reported and never touched: what is left of it can still be watched
        if report.is_dry:
            report.tombstoned += 1
        else:
            report.tombstoned += tombstone_missing(missing.version, ctx)


def _through_folders(prefix: str, report: OrphanReport, ctx: Context) -> Callable[[str], str | None]:
    """Return what schedules the deletion of objects whose job does not exist; others are examined above."""

    def go_through(after: str) -> str | None:
        names = ctx.objects.list_folders(prefix, after=after, limit=PAGE)
        for job_id in names:
            if not _exists(job_id, ctx):
                _schedule_deletion(job_id, _loose_below(prefix, job_id, ctx), report, ctx)
        return names[-1] if len(names) == PAGE else None

    return go_through


def _loose_below(prefix: str, job_id: str, ctx: Context) -> Sequence[ObjectInfo]:
    listed = ctx.objects.list_objects(f"{prefix}{job_id}/")
    ledger = ctx.inventory.list_deletions(job_id)
    return orphaned_objects(listed, known=set(), ledger=ledger, before=_grace_began(ctx))
