"""Compare two takes of one clip."""

from dataclasses import dataclass

from retake.domain.errors import ObjectColdError
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.domain.versions import deleted_for_good
from retake.ports.jobs import ClipVersions, JobRepository
from retake.ports.workers import MediaWorkers
from retake.services.versions.list_versions import list_versions
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
    job: Job, clip_index: int, *, left_id: str, right_id: str, jobs: JobRepository, workers: MediaWorkers
) -> Comparison:
    """Put two takes side by side. Raises ``NotFoundError``, or ``GoneError`` for a deleted take."""
    found = list_versions(job, clip_index, jobs=jobs)
    left, right = find_version(found, left_id), find_version(found, right_id)
    if left.content_hash == right.content_hash:
        return Comparison(found, left, right, 1.0)
    try:
        similarity = workers.similarity(_video_of(left), _video_of(right))
    except ObjectColdError:
        return Comparison(found, left, right, None)
    return Comparison(found, left, right, similarity)


def _video_of(version: Version) -> str:
    if version.lies_in is None:
        raise deleted_for_good(version)
    return version.lies_in.video_key
