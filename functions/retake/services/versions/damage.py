"""Record that a take is damaged in the object store, once."""

from collections.abc import Iterable
from dataclasses import replace

from retake.domain.changes import Change
from retake.domain.clip_names import clip_name
from retake.domain.events.versions import VersionDamaged
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.domain.statuses import JobStatus, VersionState
from retake.domain.versions import version_fields
from retake.services.commits import change_job
from retake.services.context import Context

WAY_OUT = "Restore another version of that clip."


def owner_of(key: str, versions: Iterable[Version]) -> Version | None:
    """Return the version that needs an object; None where none does."""
    return next((version for version in versions if key in version.keys), None)


def describe_damage(job: Job, version: Version) -> str:
    """Return which take is damaged as a sentence."""
    place = job.place_of(version.clip_id)
    clip = "a clip that was taken out" if place is None else clip_name(place, version.clip_title)
    return f"Version {version.version_number} of {clip} is damaged in the store."


def record_damage(version: Version, ctx: Context) -> None:
    """Note on a version that it is damaged; the first time an event says so.

    One on its way to the archive stays where it is.
    """

    def decide(job: Job) -> tuple[Change | None, None]:
        found = ctx.jobs.get_take(job.job_id, version.clip_id, version.version_number).version
        if found is None or found.keys != version.keys or job.status is JobStatus.DELETING:
            return None, None
        is_going = found.state is VersionState.ARCHIVING
        if found.damaged_at is not None and not is_going:
            return None, None
        marked = replace(
            found,
            damaged_at=found.damaged_at or ctx.clock.now(),
            state=VersionState.ACTIVE if is_going else found.state,
            archive_due_at=None if is_going else found.archive_due_at,
        )
        event = VersionDamaged(**version_fields(job, found), reason=describe_damage(job, found))
        events = (event,) if found.damaged_at is None else ()
        return Change(job, (marked,), events=events), None

    change_job(version.job_id, decide, ctx)


def clear_damage(version: Version, ctx: Context) -> None:
    """Clear the mark of a version that was read whole: the store was repaired."""

    def decide(job: Job) -> tuple[Change | None, None]:
        found = ctx.jobs.get_take(job.job_id, version.clip_id, version.version_number).version
        if found is None or found.damaged_at is None or found.keys != version.keys:
            return None, None
        return Change(job, (replace(found, damaged_at=None),)), None

    change_job(version.job_id, decide, ctx)
