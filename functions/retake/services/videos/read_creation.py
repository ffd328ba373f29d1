"""Videos that one request asked for: read them, and start the execution that makes them."""

from collections.abc import Iterator
from dataclasses import dataclass

from retake.domain.errors import NotFoundError
from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus
from retake.domain.videos import Creation
from retake.services.context import Context


@dataclass(frozen=True)
class CreatedVideos:
    """What was asked for, and its videos in their order; those deleted since are left out."""

    creation: Creation
    videos: tuple[Job, ...]


def read_creation(creation_id: str, ctx: Context, *, user_id: str) -> CreatedVideos:
    """Return a creation and its videos. Raises ``NotFoundError``, also for another user's."""
    creation = ctx.creations.find_creation(creation_id)
    if creation is None or creation.user_id != user_id:
        raise NotFoundError(f"There is no batch of videos {creation_id!r}.")
    return CreatedVideos(creation, find_videos(creation, ctx))


def find_videos(creation: Creation, ctx: Context) -> tuple[Job, ...]:
    """Return a creation's videos in their order, those left out that are being deleted or are gone."""
    return tuple(_existing(creation, ctx))


def _existing(creation: Creation, ctx: Context) -> Iterator[Job]:
    for video_id in creation.video_ids:
        try:
            job = ctx.jobs.get_job(video_id)
        except NotFoundError:
            continue
        if job.status is not JobStatus.DELETING:
            yield job


NEVER_ACCEPTED = "The request was interrupted before it was accepted; nothing was charged. Ask again."

INTERRUPTED = "The service was interrupted before the video was done. Retry it."


def start_creation(creation: Creation, ctx: Context) -> None:
    """Start the execution; starting one that runs or ran is no error. Raises ``WorkflowUnavailableError``."""
    ctx.workflow.start_creation(creation.creation_id, creation.video_ids, at_once=ctx.limits.videos_at_once)
