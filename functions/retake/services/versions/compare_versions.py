"""List a clip's takes, and compare two of them."""

from dataclasses import dataclass

from retake.domain.clip_names import clip_id_at
from retake.domain.clip_versions import ClipVersions
from retake.domain.errors import ConflictError, ObjectColdError, ObjectDamagedError
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.domain.versions import deleted_for_good
from retake.services.context import Context
from retake.services.versions.damage import describe_damage, record_damage
from retake.services.versions.restore_version import find_version


@dataclass(frozen=True)
class Comparison:
    """Two takes and how alike they look.

    Attributes:
        similarity: Mean structural similarity, 0 to 1; None where a take cannot be read now.
    """

    clip: ClipVersions
    left: Version
    right: Version
    similarity: float | None


def compare_versions(
    job: Job, clip_index: int, ctx: Context, *, left_id: str | None, right_id: str | None
) -> Comparison:
    """Compare two takes.

    Args:
        job: Whose they are.
        clip_index: The clip's place.
        left_id: One of them, by id or number; the one before ``right`` by default.
        right_id: The other; the current one by default.
        ctx: The ports.

    Raises:
        NotFoundError: If there is no such clip or take.
        GoneError: If one was deleted.
        ConflictError: If there is nothing to compare with, or a take is damaged in the store.
    """
    found = list_versions(job, clip_index, ctx)
    right = found.current if right_id is None else find_version(found, right_id)
    if right is None:
        raise ConflictError("The clip has no version yet; there is nothing to compare.")
    left = _before(found, right) if left_id is None else find_version(found, left_id)
    if left.content_hash == right.content_hash:
        return Comparison(found, left, right, 1.0)
    try:
        similarity = ctx.workers.similarity(_video_of(left), _video_of(right))
    except ObjectColdError:
        return Comparison(found, left, right, None)
    except ObjectDamagedError as error:
        damaged = next((take for take in (left, right) if _video_of(take) in str(error)), left)
        record_damage(damaged, ctx)
        raise ConflictError(f"{describe_damage(job, damaged)} Compare other versions.") from error
    return Comparison(found, left, right, similarity)


def _before(found: ClipVersions, version: Version) -> Version:
    """Return the newest take older than this one that can still be looked at."""
    older = [
        item
        for item in found.versions
        if item.version_number < version.version_number and item.location is not None
    ]
    if not older:
        raise ConflictError(
            f"There is no version before version {version.version_number}; name one with 'left'."
        )
    return max(older, key=lambda item: item.version_number)


def _video_of(version: Version) -> str:
    if version.location is None:
        raise deleted_for_good(version)
    return version.location.video_key


def list_versions(job: Job, clip_index: int, ctx: Context) -> ClipVersions:
    """Return the clip and its versions, newest first, with one query."""
    return ctx.jobs.get_clip(job.job_id, clip_id_at(job, clip_index))
