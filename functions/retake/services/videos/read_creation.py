"""Look at videos that were asked for together."""

from collections.abc import Iterator
from dataclasses import dataclass

from retake.domain.errors import NotFoundError
from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus
from retake.domain.videos import Creation
from retake.ports.jobs import JobRepository
from retake.ports.videos import CreationRepository


@dataclass(frozen=True)
class CreatedVideos:
    """What was asked for, and its videos in their order; those deleted since are left out."""

    creation: Creation
    videos: tuple[Job, ...]


def read_creation(
    creation_id: str, *, user_id: str, creations: CreationRepository, jobs: JobRepository
) -> CreatedVideos:
    """Return a creation and its videos. Raises ``NotFoundError``, also for somebody else's."""
    creation = creations.find_creation(creation_id)
    if creation is None or creation.user_id != user_id:
        raise NotFoundError(f"There is no batch of videos {creation_id!r}.")
    return CreatedVideos(creation, find_videos(creation, jobs))


def find_videos(creation: Creation, jobs: JobRepository) -> tuple[Job, ...]:
    """Return a creation's videos in their order, those left out that are being deleted or are gone."""
    return tuple(_existing(creation, jobs))


def _existing(creation: Creation, jobs: JobRepository) -> Iterator[Job]:
    for video_id in creation.video_ids:
        try:
            job = jobs.get_job(video_id)
        except NotFoundError:
            continue
        if job.status is not JobStatus.DELETING:
            yield job
