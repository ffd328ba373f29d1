"""Read all objects of a job, and record which are damaged; compositions are made again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from retake.domain.changes import Change
from retake.domain.errors import ObjectColdError, ObjectMissingError
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.statuses import JobStatus
from retake.domain.versions import READER_GRACE
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.retention.examine_job import Findings, NeededObject
from retake.services.retention.sweep_report import OrphanReport
from retake.services.versions.damage import record_damage


def find_damaged(findings: Findings, report: OrphanReport, ctx: Context) -> Iterator[NeededObject]:
    """Read every object that a record refers to; give those that are damaged, and count all.

    What lies in a class that cannot be read at once is left out.
    """
    for item in findings.there:
        try:
            is_whole = ctx.objects.verify(item.key)
        except (ObjectColdError, ObjectMissingError):
            continue
        report.objects_verified += 1
        if not is_whole:
            report.damaged(item)
            yield item


def handle_damage(findings: Findings, damaged: Sequence[NeededObject], ctx: Context) -> int:
    """Note damaged takes on their versions, and drop damaged compositions: they are made again.

    Returns:
        How many compositions were dropped.
    """
    for item in damaged:
        version = item.version
        if (
            version is not None
            and version.location is not None
            and item.key != version.location.thumbnail_key
        ):
            record_damage(version, ctx)
    keys = {item.key for item in damaged if item.version is None}

    def decide(job: Job) -> tuple[Change | None, int]:
        spoiled = [made for made in job.compositions if keys & set(made.keys)]
        if not spoiled or job.status is JobStatus.DELETING:
            return None, 0
        gone = tuple(key for made in spoiled for key in made.keys)
        ledger = Deletion(
            job.job_id,
            ctx.ids.new(),
            gone,
            ctx.clock.now() + READER_GRACE,
            "composition damaged in the store",
        )
        kept = replace(
            job,
            composition=None if job.composition in spoiled else job.composition,
            kept_compositions=tuple(made for made in job.kept_compositions if made not in spoiled),
        )
        return Change(kept, (ledger,)), len(spoiled)

    return change_job(findings.job.job_id, decide, ctx)[1]
