"""Decisions about a clip's versions: landing, restoring, archiving. Pure: nothing is written here."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from retake.domain.active_cap import MAX_ACTIVE_VERSIONS, active_takes
from retake.domain.errors import ConflictError, GoneError
from retake.domain.events.versions import VersionFields
from retake.domain.media import MediaProfile
from retake.domain.records.jobs import Clip, Composition, Job
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import ArchivedTake, ArchiveForm, RestoreRequest, TakeObjects, Version
from retake.domain.records.timeline import Trim
from retake.domain.statuses import VersionState

ARCHIVE_LEASE = timedelta(hours=2)
"""How long an archive message may take before another is sent: longer than it may be in flight
(six times the worker's 15 minutes), as two workers on one take would only do the same work twice."""

RETURN_LEASE = timedelta(minutes=10)
"""How long a restore from the archive may take before it is tried again."""

IN_ACTIVE_STORAGE = frozenset({VersionState.ACTIVE, VersionState.ARCHIVING})
"""States that only ``land_version`` and ``restore_version`` bring a version into; the rest leave them, or
go from one to the other."""

READER_GRACE = timedelta(hours=2)
"""How long objects that nothing refers to are kept for players and workers still reading them."""


@dataclass(frozen=True)
class VersionPlan:
    """What a decision about versions writes.

    Attributes:
        clip: The clip with its pointer and next number.
        versions: Every version that changed, the new one included.
        archiving: The version that has to go to the archive, if the cap was passed.
        moved: Whether the current version changed.
    """

    clip: Clip
    versions: tuple[Version, ...]
    archiving: Version | None
    moved: bool


def _enforce_cap(
    clip: Clip, versions: dict[int, Version], *, cap: int, now: datetime, shown_before: int | None
) -> tuple[dict[int, Version], Version | None]:
    takes = active_takes(clip, tuple(versions.values()))
    going = takes.one_too_many(cap=cap, shown_before=shown_before)
    if going is None:
        return versions, None
    archiving = replace(versions[going], state=VersionState.ARCHIVING, archive_due_at=now + ARCHIVE_LEASE)
    return {**versions, archiving.version_number: archiving}, archiving


def _plan(
    clip: Clip,
    before: Sequence[Version],
    after: dict[int, Version],
    *,
    cap: int,
    now: datetime,
    moved: bool,
    shown_before: int | None,
) -> VersionPlan:
    after, archiving = _enforce_cap(clip, after, cap=cap, now=now, shown_before=shown_before)
    known = {version.version_number: version for version in before}
    changed = tuple(version for number, version in sorted(after.items()) if known.get(number) != version)
    active = tuple(number for number, version in sorted(after.items()) if version.state in IN_ACTIVE_STORAGE)
    return VersionPlan(replace(clip, active_versions=active), changed, archiving, moved)


def _point_at(clip: Clip, versions: dict[int, Version], number: int, now: datetime) -> dict[int, Version]:
    """Mark the version that stops being current, and the one that starts."""
    pointed = dict(versions)
    if clip.current_version is not None and clip.current_version != number:
        old = pointed[clip.current_version]
        pointed[old.version_number] = replace(old, superseded_at=now)
    pointed[number] = replace(pointed[number], superseded_at=None)
    return pointed


def land_version(
    clip: Clip,
    versions: Sequence[Version],
    new: Version,
    *,
    make_current: bool,
    now: datetime,
    cap: int = MAX_ACTIVE_VERSIONS,
    base: int | None = None,
) -> VersionPlan:
    """Add a version, numbered by the clip; point at it unless it is not to be shown.

    A late take (the clip's pointer moved since, or its batch ended) is kept without overriding what
    the user chose: paid for, so not thrown away. So is one of several takes to choose from.

    Args:
        clip: The clip.
        versions: Its versions in active storage, at least.
        new: The take; its number is the clip's next.
        make_current: Whether the clip shows it from now on.
        now: The moment.
        cap: Active versions a clip may have.
        base: The version that the take was made of: it goes past the cap only where there is no other.
    """
    number = clip.next_version_number
    new = replace(new, version_number=number, superseded_at=None if make_current else now)
    after = {version.version_number: version for version in versions} | {number: new}
    if make_current:
        after = _point_at(clip, after, number, now)
    landed = replace(
        clip,
        next_version_number=number + 1,
        current_version=number if make_current else clip.current_version,
    )
    return _plan(landed, versions, after, cap=cap, now=now, moved=make_current, shown_before=base)


@dataclass(frozen=True)
class StagedTake:
    """A take of the archive in active storage again.

    Attributes:
        content_hash: Of what it is now: a take that was compressed is not quite the one it was.
        form: How its picture is encoded.
    """

    objects: TakeObjects
    content_hash: str
    form: ArchiveForm


def restore_version(
    clip: Clip,
    versions: Sequence[Version],
    number: int,
    *,
    back: StagedTake | None = None,
    now: datetime,
    cap: int = MAX_ACTIVE_VERSIONS,
) -> VersionPlan:
    """Make an earlier version current.

    Args:
        clip: The clip.
        versions: Its versions in active storage and the one to restore, at least.
        number: The one to restore.
        back: Its objects in active storage again, where it was archived.
        now: The moment.
        cap: Active versions a clip may have.

    Raises:
        ConflictError: If the version is archived and was not brought back, or is deleted.
    """
    if number == clip.current_version:
        return VersionPlan(clip, (), None, moved=False)
    after = {version.version_number: version for version in versions}
    target = _in_active_storage(after[number], back)
    after[number] = replace(target, state=VersionState.ACTIVE, archive_due_at=None)
    restored = replace(clip, current_version=number)
    return _plan(
        restored,
        versions,
        _point_at(clip, after, number, now),
        cap=cap,
        now=now,
        moved=True,
        shown_before=clip.current_version,
    )


def _in_active_storage(target: Version, back: StagedTake | None) -> Version:
    if target.state is VersionState.DELETED:
        raise deleted_for_good(target)
    if target.state in IN_ACTIVE_STORAGE:
        # Also a version on its way to the archive: its objects are still there, it just stays.
        return target
    if back is None:
        raise ConflictError(f"Version {target.version_number} is archived and has to be brought back first.")
    return replace(
        target,
        objects=back.objects,
        content_hash=back.content_hash,
        archive_form=back.form,
        damaged_at=None,
        archived=None,
        archived_at=None,
        returning=None,
    )


def deleted_for_good(version: Version) -> GoneError:
    """Return the refusal of what would need the objects of a deleted version."""
    day = "" if version.deleted_at is None else f" on {version.deleted_at:%Y-%m-%d}"
    return GoneError(
        f"Version {version.version_number} was deleted{day}; what is left of it is its history. "
        "Choose a version that is active or archived, or regenerate the clip with its instruction."
    )


def request_restore(version: Version, *, base_version: int | None, now: datetime) -> Version:
    """Return an archived version as one to restore; a second request starts it anew."""
    expected_at = None if version.returning is None else version.returning.expected_at
    returning = RestoreRequest(now, base_version, now + RETURN_LEASE, expected_at)
    return replace(version, state=VersionState.RESTORING, returning=returning)


def cancel_restore(version: Version) -> Version:
    """Return a version on its way back as one that stays in the archive."""
    return replace(version, state=VersionState.ARCHIVED, returning=None)


def tombstone(version: Version, *, now: datetime) -> Version:
    """Return the record that is left of a version whose objects are deleted: its place in the history.

    Its instruction, cost and times stay: spending records outlive everything.
    """
    return replace(
        version,
        state=VersionState.DELETED,
        deleted_at=now,
        archived=None,
        returning=None,
        archive_due_at=None,
    )


def shown_hash(take: Version, trim: Trim | None) -> str:
    """Return the hash of what is shown of a take: its own, where that is all of it."""
    if trim is None:
        return take.content_hash
    return hashlib.sha256(f"{take.content_hash} {trim.in_frame} {trim.out_frame}".encode()).hexdigest()


def fingerprint_of(takes: Sequence[str], *, profile: MediaProfile, soundtrack_hash: str) -> str:
    """Return the hash that names a composition: the same takes in the same order are the same video.

    Args:
        takes: The hash of what is shown of each, in order (``shown_hash``).
        profile: The job's.
        soundtrack_hash: Of its sound track; empty for none.
    """
    digest = hashlib.sha256()
    for part in (
        "composition-1",
        f"{profile.width}x{profile.height}@{profile.fps}",
        soundtrack_hash,
        *takes,
    ):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def deletion_of(
    objects: TakeObjects | ArchivedTake | Composition,
    *,
    job_id: str,
    deletion_id: str,
    now: datetime,
    reason: str,
) -> Deletion:
    """Return the ledger entry that will remove the objects of a take, or of a composed video."""
    return Deletion(job_id, deletion_id, objects.keys, now + READER_GRACE, reason)


def version_fields(job: Job, version: Version) -> VersionFields:
    """Return the data that every event about a version starts with."""
    return {
        "clip_index": job.place_of(version.clip_id),
        "clip_title": version.clip_title or None,
        "version_id": version.version_id,
        "version_number": version.version_number,
    }
