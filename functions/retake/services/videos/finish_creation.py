"""The last step of a creation: every video has ended, each with a take or with a reason."""

from dataclasses import dataclass

from retake.domain.creations import CreationStatus, progress_of
from retake.domain.errors import NotFoundError
from retake.domain.reasons import short_cause
from retake.domain.records.jobs import Job
from retake.domain.videos import Creation, VideoStatus
from retake.services.batches.finish_batch import finish_batch
from retake.services.context import Context
from retake.services.videos.read_creation import INTERRUPTED, find_videos


@dataclass(frozen=True)
class FinishedCreation:
    """How the videos ended, for the workflow.

    Attributes:
        cause: The videos that did not succeed, and why; empty where all did.
    """

    status: CreationStatus
    cause: str


def finish_creation(creation_id: str, ctx: Context) -> FinishedCreation:
    """End what its own branch of the workflow could not end, and sum up; a repeat changes nothing.

    Raises:
        NotFoundError: If there is no such creation.
    """
    creation = ctx.creations.find_creation(creation_id)
    if creation is None:
        raise NotFoundError(f"There is no creation {creation_id!r}.")
    for video_id in creation.video_ids:
        _end(video_id, creation, ctx)
    videos = find_videos(creation, ctx)
    progress = progress_of([job.video for job in videos if job.video is not None])
    return FinishedCreation(progress.status, _cause(videos))


def _end(video_id: str, creation: Creation, ctx: Context) -> None:
    try:
        if ctx.jobs.get_batch(video_id, creation.creation_id).status.is_terminal:
            return
    except NotFoundError:  # deleted and purged
        return
    finish_batch(video_id, creation.creation_id, ctx, recompose_error=None, reason=INTERRUPTED)


def _cause(videos: tuple[Job, ...]) -> str:
    reasons = (
        f"{job.title}: {job.video.error or job.video.status}"
        for job in videos
        if job.video is not None and job.video.status in {VideoStatus.FAILED, VideoStatus.CANCELLED}
    )
    return short_cause("; ".join(reasons))
