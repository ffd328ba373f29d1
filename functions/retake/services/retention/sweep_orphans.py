"""Find what a crash left behind: objects without a record, records without an object or a job."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from retake.domain.errors import NotFoundError
from retake.domain.limits import Limits
from retake.ports.jobs import JobRepository
from retake.ports.objects import ObjectInfo, ObjectStore
from retake.ports.sweeps import RecordInventory, RecordTrace, SweepCursor, SweepCursors
from retake.ports.system import Clock, Ids
from retake.services.retention.examine_job import (
    PREFIXES,
    Findings,
    examine_job,
    orphaned_objects,
)
from retake.services.retention.orphan_report import OrphanReport
from retake.services.retention.repair_job import repair_counters, schedule_deletion, tombstone_missing
from retake.services.retention.verify_job import find_damaged, handle_damage

SWEEP = "orphans"

RECORDS = "records"

PAGE = 100
"""Items, or folders, read at once."""

PER_RUN = 500
"""Jobs examined a run, of some ten requests each; the next one goes on, minutes later."""


class SweepOrphans:
    """Go through all records, then through all folders of the bucket."""

    def __init__(
        self,
        *,
        jobs: JobRepository,
        inventory: RecordInventory,
        objects: ObjectStore,
        cursors: SweepCursors,
        clock: Clock,
        ids: Ids,
        limits: Limits,
    ) -> None:
        self._jobs = jobs
        self._inventory = inventory
        self._objects = objects
        self._cursors = cursors
        self._clock = clock
        self._ids = ids
        self._limits = limits

    def __call__(
        self,
        *,
        until: datetime,
        resume: bool = False,
        go_on: bool = False,
        dry_run: bool = False,
        repair: bool = False,
        verify: bool = False,
        at_most: int = PER_RUN,
    ) -> OrphanReport:
        """Look at everything once, a page at a time, and remember where to go on.

        Args:
            until: When to stop, with time left for a page.
            resume: Only go on with a run that was cut off, and do nothing where there is none.
            go_on: Go on with a run that was cut off, and begin where there is none. Begun anew each day, a
                sweep would never come to the jobs behind those that a day has time for.
            dry_run: Only say what would be done.
            repair: Correct counters that differ from what the store holds; they are told of either way.
            verify: Read every object that a record refers to, and say which are damaged.
            at_most: Jobs to examine; the page at hand is finished.
        """
        report = OrphanReport(is_dry=dry_run)
        cursor = self._cursors.find(SWEEP) if resume or go_on else None
        if cursor is None:
            if resume:
                return report
            cursor = self._begin(report)
        lists: dict[str, Callable[[str], str | None]] = {
            RECORDS: lambda after: self._through_records(after, report, repair=repair, verify=verify),
            **{prefix: self._through_folders(prefix, report) for prefix in PREFIXES},
        }
        for name, go_through in lists.items():
            while name in cursor.positions:
                if self._clock.now() >= until or report.jobs_examined >= at_most:
                    report.has_more = True
                    return report
                cursor = cursor.moved(name, go_through(cursor.positions[name]))
                self._remember(cursor, report)
        return report

    def _begin(self, report: OrphanReport) -> SweepCursor:
        cursor = SweepCursor(SWEEP, self._clock.now(), dict.fromkeys((RECORDS, *PREFIXES), ""))
        self._remember(cursor, report)  # a run that dies is gone on with
        return cursor

    def _grace_began(self) -> datetime:
        return self._clock.now() - timedelta(hours=self._limits.orphan_grace_hours)

    def _remember(self, cursor: SweepCursor, report: OrphanReport) -> None:
        if report.is_dry:
            return
        if cursor.positions:
            self._cursors.put(cursor)
        else:
            self._cursors.remove(SWEEP)

    # --- records ----------------------------------------------------------------------------------

    def _through_records(self, after: str, report: OrphanReport, *, repair: bool, verify: bool) -> str | None:
        """Examine the jobs of a page, and remove records without a job; return where to go on."""
        page = self._inventory.list_records(limit=PAGE, cursor=after or None)
        report.records_read += len(page.items)
        by_job: dict[str, list[RecordTrace]] = {}
        for trace in page.items:
            by_job.setdefault(trace.job_id, []).append(trace)
        for job_id, traces in by_job.items():
            try:
                if any(trace.kind == "Job" for trace in traces):
                    self._examine(job_id, report, repair=repair, verify=verify)
                elif not self._exists(job_id):
                    self._remove_records(job_id, traces, report)
            except NotFoundError:  # purged meanwhile
                continue
            except Exception as error:  # noqa: BLE001 - one broken job must not keep all others waiting
                report.fail(f"{job_id}: {error!r}")
        return page.cursor

    def _exists(self, job_id: str) -> bool:
        try:
            self._jobs.get_job(job_id)
        except NotFoundError:
            return False
        return True

    def _remove_records(self, job_id: str, traces: Sequence[RecordTrace], report: OrphanReport) -> None:
        """Remove what a job that was never committed, or is gone, left behind; its ledger stays."""
        left = [trace for trace in traces if trace.kind != "Deletion"]
        before = self._grace_began()
        if not left or any(item.written_at is None or item.written_at >= before for item in left):
            return
        report.records_removed += len(left)
        report.note(f"{len(left)} records of job {job_id}, which does not exist")
        if not report.is_dry:
            self._jobs.purge(job_id)

    # --- one job ----------------------------------------------------------------------------------

    def _examine(self, job_id: str, report: OrphanReport, *, repair: bool, verify: bool) -> None:
        findings = examine_job(
            job_id,
            jobs=self._jobs,
            inventory=self._inventory,
            objects=self._objects,
            before=self._grace_began(),
        )
        report.jobs_examined += 1
        if findings is None:
            report.jobs_passed_over += 1
            return
        if not findings.count.is_exact:
            report.drift(findings.count)
            if repair and not report.is_dry:
                report.repaired += repair_counters(findings, jobs=self._jobs, clock=self._clock)
        self._schedule_deletion(job_id, findings.orphaned, report)
        self._bury(findings, report)
        if verify:
            damaged = list(find_damaged(findings, self._objects, report))
            if not report.is_dry:
                report.remade += handle_damage(
                    findings, damaged, jobs=self._jobs, clock=self._clock, ids=self._ids
                )

    def _schedule_deletion(self, job_id: str, orphaned: Sequence[ObjectInfo], report: OrphanReport) -> None:
        for info in orphaned:
            report.orphaned(info)
        if not report.is_dry:
            schedule_deletion(job_id, orphaned, jobs=self._jobs, ids=self._ids, now=self._clock.now())

    def _bury(self, findings: Findings, report: OrphanReport) -> None:
        for missing in findings.missing:
            report.missing(missing)
            if missing.version is None or missing.is_current or not missing.is_the_take:
                continue  # told and never touched: what is left of it can still be watched
            if report.is_dry:
                report.tombstoned += 1
            else:
                report.tombstoned += tombstone_missing(
                    missing.version, jobs=self._jobs, clock=self._clock, ids=self._ids
                )

    # --- folders ----------------------------------------------------------------------------------

    def _through_folders(self, prefix: str, report: OrphanReport) -> Callable[[str], str | None]:
        """Return what gives up the objects of jobs that do not exist; the others' are examined above."""

        def go_through(after: str) -> str | None:
            names = self._objects.list_folders(prefix, after=after, limit=PAGE)
            for job_id in names:
                if not self._exists(job_id):
                    self._schedule_deletion(job_id, self._loose_below(prefix, job_id), report)
            return names[-1] if len(names) == PAGE else None

        return go_through

    def _loose_below(self, prefix: str, job_id: str) -> Sequence[ObjectInfo]:
        listed = self._objects.list_objects(f"{prefix}{job_id}/")
        ledger = self._inventory.list_deletions(job_id)
        return orphaned_objects(listed, known=set(), ledger=ledger, before=self._grace_began())
