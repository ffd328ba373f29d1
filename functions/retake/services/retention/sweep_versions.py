"""Archive and delete the takes that are old enough: found by the index, decided clip by clip."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from retake.domain.changes import Change
from retake.domain.due import DueKind
from retake.domain.errors import NotFoundError
from retake.domain.limits import Limits
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.domain.retention import (
    RetentionReason,
    always_pays,
    plan_retention,
    send_off,
)
from retake.domain.statuses import JobStatus
from retake.ports.jobs import DueWork, JobRepository
from retake.ports.sweeps import SweepCursor, SweepCursors
from retake.ports.system import Clock, Ids
from retake.ports.workflows import WorkQueue
from retake.services.commits import change_job
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


class SweepVersions:
    """Look at old takes, and do what the retention policy says."""

    def __init__(
        self,
        *,
        jobs: JobRepository,
        queue: WorkQueue,
        cursors: SweepCursors,
        clock: Clock,
        ids: Ids,
        limits: Limits,
        pays: Callable[[Version], bool] = always_pays,
    ) -> None:
        self._jobs = jobs
        self._queue = queue
        self._cursors = cursors
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._pays = pays

    def __call__(
        self, *, until: datetime, resume: bool = False, dry_run: bool = False, at_most: int = PER_RUN
    ) -> SweepReport:
        """Do what is due, oldest first, and remember where to go on if it is too much for one run.

        Args:
            until: When to stop, with time left to write down how far this came.
            resume: Go on with a run that was cut off, and do nothing where there is none.
            dry_run: Only say what would be done.
            at_most: Takes to archive and delete.
        """
        report = SweepReport(is_dry=dry_run)
        cursor = self._cursors.find(SWEEP) if resume else self._begin(report)
        if cursor is None:
            return report
        seen: Seen = {}
        for kind in (DueKind.SUPERSEDED, DueKind.ARCHIVED):
            while kind in cursor.positions and not report.has_more:
                position: str | None = cursor.positions[kind]
                page = self._page(kind, cursor.positions[kind])
                report.entries_read += len(page)
                for due in page:
                    if self._clock.now() >= until or report.changed >= at_most:
                        report.has_more = True
                        break
                    self._settle(due, report, seen)
                    position = due.position
                else:
                    position = position if len(page) == PAGE else None
                cursor = cursor.moved(kind, position)
                self._remember(cursor, report)
        return report

    # --- where it is ------------------------------------------------------------------------------

    def _begin(self, report: SweepReport) -> SweepCursor:
        begin = SweepCursor(SWEEP, self._clock.now(), {DueKind.SUPERSEDED: "", DueKind.ARCHIVED: ""})
        self._remember(begin, report)  # a run that dies is gone on with
        return begin

    def _remember(self, cursor: SweepCursor, report: SweepReport) -> None:
        if report.is_dry:
            return
        if cursor.positions:
            self._cursors.put(cursor)
        else:
            self._cursors.remove(SWEEP)

    def _page(self, kind: DueKind, after: str) -> list[DueWork]:
        limits = self._limits
        days = {
            DueKind.SUPERSEDED: min(limits.archive_after_days, limits.delete_after_days),
            DueKind.ARCHIVED: limits.delete_after_days,
        }[kind]
        before = self._clock.now() - timedelta(days=days)
        return list(self._jobs.list_due(kind, before=before, limit=PAGE, after=after))

    # --- one clip ---------------------------------------------------------------------------------

    def _settle(self, due: DueWork, report: SweepReport, seen: Seen) -> None:
        """Do all that is due of the entry's clip at once; its other entries are settled with it."""
        job_id, clip_id = due.job_id, due.clip_id or ""
        if (job_id, clip_id) not in seen:
            seen[job_id, clip_id] = {}
            try:
                seen[job_id, clip_id] = self._sweep_clip(job_id, clip_id, report)
            except NotFoundError:  # deleted meanwhile: the index is a moment behind
                pass
            except Exception as error:  # noqa: BLE001 - one broken job must not keep all others waiting
                report.fail(f"{job_id} {clip_id}: {error!r}")
        if due.record_id in seen[job_id, clip_id]:
            report.skip(seen[job_id, clip_id][due.record_id])

    def _sweep_clip(self, job_id: str, clip_id: str, report: SweepReport) -> Mapping[str, str]:
        """Archive and delete what is old enough; return what stays and why, by number."""
        stays: dict[str, str] = {}
        while (step := self._commit(job_id, clip_id, report)) is not None:
            report.clips_read += 1
            report.archived += len(step.archive)
            report.deleted += len(step.delete)
            if not report.is_dry:
                for version in step.archive:  # a message that is lost is sent again by reconcile
                    self._queue.send_archive(job_id, clip_id, version.version_number)
            stays = stays or {str(item.version.version_number): item.reason for item in step.plan.kept}
            if step.is_last:
                break
            # More than a commit holds: look again at what is left.
        return stays

    def _commit(self, job_id: str, clip_id: str, report: SweepReport) -> Step | None:
        def decide(job: Job) -> tuple[Change | None, Step | None]:
            if job.status is JobStatus.DELETING:  # all of it is going
                return None, None
            found = self._jobs.get_clip(job_id, clip_id)
            now = self._clock.now()
            plan = plan_retention(found.clip, found.versions, now, self._limits, pays=self._pays)
            step = Step.of(plan, at_most=None if report.is_dry else PER_COMMIT)
            if report.is_dry or not (step.archive or step.delete):
                return None, step
            return self._change(job, step, now), step

        _, step = change_job(self._jobs, self._clock, job_id, decide)
        if step is not None and report.is_dry:
            report.plan(step)
        return step

    def _change(self, job: Job, step: Step, now: datetime) -> Change:
        leaving = tuple(send_off(version, now) for version in step.archive)
        if not step.delete:
            return Change(job, leaving)
        change = tombstone_change(
            job, step.delete, reason=DELETED_FOR_AGE, deletion_id=self._ids.new(), now=now
        )
        return replace(change, puts=(*change.puts, *leaving))
