"""Compare one job's records, deletion ledger and objects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from retake.domain.clip_versions import ClipVersions
from retake.domain.records.jobs import Job
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import Version
from retake.domain.recount import Recount, recount
from retake.domain.statuses import JobStatus
from retake.ports.objects import ObjectInfo
from retake.prefixes import JOB_PREFIXES
from retake.services.context import Context

ROUNDS = 3
"""How often a job that changes while it is looked at is looked at again."""


@dataclass(frozen=True)
class NeededObject:
    """An object that a record refers to and that is not there, or is damaged.

    Attributes:
        version: Whose it is; None for a composed video or a sound track.
        is_current: Whether the version is what its clip shows.
    """

    key: str
    version: Version | None = None
    is_current: bool = False

    @property
    def is_the_take(self) -> bool:
        """Whether it is the take itself: without its video nothing of a version is left."""
        return (
            self.version is not None
            and self.version.location is not None
            and (self.key == self.version.location.video_key)
        )

    def __str__(self) -> str:
        """Return what is missing as a sentence."""
        return self.describe("missing")

    def describe(self, state: str) -> str:
        """Return what is missing, or damaged, as a sentence."""
        if self.version is None:
            return f"{self.key} is {state}"
        which = "the current take" if self.is_current else "an old take"
        take = self.version
        return f"{self.key} is {state}: {which}, clip {take.clip_id} version {take.version_number}"


@dataclass(frozen=True)
class Findings:
    """What is wrong with a job.

    Attributes:
        job: As it was; nothing of it changed meanwhile.
        orphaned: Objects that no record names.
        missing: Objects that are not there.
        count: Its bytes, recounted.
        there: Objects that are there and that a record refers to.
    """

    job: Job
    orphaned: tuple[ObjectInfo, ...]
    missing: tuple[NeededObject, ...]
    count: Recount
    there: tuple[NeededObject, ...] = ()


def examine_job(job_id: str, ctx: Context, *, before: datetime) -> Findings | None:
    """Compare a job's records with its objects, at one moment of the job.

    Args:
        job_id: The job.
        before: An object that was written since is left alone: its record may be on its way.
        ctx: The ports.

    Returns:
        What is wrong; None for a job that is being deleted, or that kept changing: another day.

    Raises:
        NotFoundError: If there is no such job.
    """
    for _ in range(ROUNDS):
        job = ctx.jobs.get_job(job_id)
        if job.status is JobStatus.DELETING:
            return None
        listed = {
            info.key: info
            for prefix in JOB_PREFIXES
            for info in ctx.objects.list_objects(f"{prefix}{job_id}/")
        }
        # In this order: an object is in the ledger before it exists, and leaves it as a record refers to it.
        ledger = ctx.inventory.list_deletions(job_id)
        clips = ctx.jobs.list_clips(job_id)
        if ctx.jobs.get_job(job_id).revision != job.revision:
            continue
        versions = [version for entry in clips for version in entry.versions]
        known = {*job.keys, *(key for version in versions for key in version.keys)}
        return Findings(
            job=job,
            orphaned=orphaned_objects([*listed.values()], known=known, ledger=ledger, before=before),
            missing=tuple(
                item
                for item in _needed(job, clips)
                if item.key not in listed and not _is_there(item.key, ctx)
            ),
            there=tuple(item for item in _needed(job, clips) if item.key in listed),
            count=recount(job, versions, {key: info.size_bytes for key, info in listed.items()}),
        )
    return None


def orphaned_objects(
    listed: Sequence[ObjectInfo], *, known: set[str], ledger: Sequence[Deletion], before: datetime
) -> tuple[ObjectInfo, ...]:
    """Return the objects that no record and no ledger entry names, and that were written before some time."""
    spoken_for = known | {key for deletion in ledger for key in deletion.keys}
    return tuple(info for info in listed if info.key not in spoken_for and info.last_modified < before)


def _is_there(key: str, ctx: Context) -> bool:
    # A second look, by name: it needs leave to list, and none to read what people have made.
    return any(info.key == key for info in ctx.objects.list_objects(key))


def _needed(job: Job, clips: Sequence[ClipVersions]) -> list[NeededObject]:
    """Return every object that a record refers to, with whose it is."""
    needed = [NeededObject(key) for key in job.keys]
    for entry in clips:
        for version in entry.versions:
            is_current = version.version_number == entry.clip.current_version
            needed += [NeededObject(key, version, is_current) for key in version.keys]
    return needed
