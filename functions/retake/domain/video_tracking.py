"""Status of a video, derived from the records of its generation. Pure.

``retake.domain.changes.finalize`` asks at every commit, so whatever changes a clip, a batch or a
regeneration keeps the video's status true without knowing that there are videos.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip, Job
from retake.domain.records.kinds import Record
from retake.domain.records.takes import Version
from retake.domain.statuses import BatchStatus, JobStatus, RegenerationStatus
from retake.domain.user_events import (
    UserEventDraft,
    VideoCancelled,
    VideoCompleted,
    VideoEvent,
    VideoFailed,
    VideoInDoubt,
    VideoPaused,
    VideoProcessing,
    VideoResumed,
)
from retake.domain.videos import VideoDetails, VideoStatus

ALMOST_DONE = 99
"""What is shown of a generation that is finished while its take is not: a video at 100 % is there."""

DELETED = "It was deleted before it was done."
CANCELLED = "Cancelled before it was done."

EVENTS: dict[VideoStatus, type[VideoEvent]] = {
    VideoStatus.PROCESSING: VideoProcessing,
    VideoStatus.IN_DOUBT: VideoInDoubt,
    VideoStatus.COMPLETED: VideoCompleted,
    VideoStatus.FAILED: VideoFailed,
    VideoStatus.CANCELLED: VideoCancelled,
}


def follow_video(job: Job, puts: Sequence[Record], now: datetime) -> Job:
    """Return a video's job as it is once ``puts`` are written; any other job as it is.

    A video that has a take is completed, also if the take came after it had failed: what was
    paid for is shown. Without one it fails, or is cancelled, with the batch of its last generation.
    """
    if job.video is None:
        return job
    if job.status is JobStatus.DELETING:
        return _deleted(job, job.video, now)
    for record in puts:
        job = _after(job, record, now)
    return job


def user_events_for(before: VideoDetails | None, job: Job) -> tuple[UserEventDraft, ...]:
    """Return the user events that a commit causes.

    Args:
        before: The video as it was read; None for one that is new.
        job: The job as it is after the commit.
    """
    video = job.video
    kind = None if video is None else _event(before, video)
    if video is None or kind is None:
        return ()
    processing = video.is_moving - (before is not None and before.is_moving)
    event = kind(
        video_id=job.job_id,
        creation_id=video.creation_id,
        project_id=video.project_id,
        title=job.title,
        status=video.status,
        error=video.error,
    )
    return (UserEventDraft(event, processing),)


def _event(before: VideoDetails | None, after: VideoDetails) -> type[VideoEvent] | None:
    if before is None or before.status is not after.status:
        return EVENTS[after.status]
    if (before.paused_at is None) == (after.paused_at is None):
        return None
    return VideoResumed if after.paused_at is None else VideoPaused


def _after(job: Job, record: Record, now: datetime) -> Job:
    video = job.video
    if video is None:  # pragma: no cover - follow_video has looked
        return job
    match record:
        case Regeneration() if record.regeneration_id == video.regeneration_id:
            return replace(job, video=_generating(video, record))
        case Clip(current_version=int()) if job.status is not JobStatus.READY:
            return _completed(job, video, now)
        case Version(regeneration_id=str()) if job.status is JobStatus.READY and video.actual_cost is None:
            # Without a price there is no estimate, and what was paid is not known either.
            cost = None if video.estimated_cost is None else record.cost
            return replace(job, video=replace(video, actual_cost=cost))
        case Batch() if record.batch_id == video.batch_id and job.status is not JobStatus.READY:
            return _stopped(job, video, record, now) if record.status.is_terminal else _asked(job, video)
        case _:
            return job


def _generating(video: VideoDetails, regeneration: Regeneration) -> VideoDetails:
    followed = replace(
        video,
        seed=regeneration.seed,
        attempts=regeneration.attempts,
        provider=regeneration.provider,
        provider_job_id=regeneration.provider_job_id,
    )
    if not video.status.is_open:
        return followed
    in_doubt = regeneration.status is RegenerationStatus.IN_DOUBT
    return replace(
        followed,
        status=VideoStatus.IN_DOUBT if in_doubt else VideoStatus.PROCESSING,
        doubt=regeneration.doubt if in_doubt else None,
        progress=min(regeneration.progress, ALMOST_DONE),
    )


def _completed(job: Job, video: VideoDetails, now: datetime) -> Job:
    done = replace(
        video,
        status=VideoStatus.COMPLETED,
        progress=100,
        paused_at=None,
        error=None,
        doubt=None,
        finished_at=now,
    )
    return replace(job, status=JobStatus.READY, failure=None, lease_until=None, video=done)


def _asked(job: Job, video: VideoDetails) -> Job:
    """Return a job whose generation was accepted: its first, that of a retry, or of a resumed video."""
    if video.status.is_open:
        return replace(job, status=JobStatus.PREPARING, video=replace(video, paused_at=None))
    again = replace(video, status=VideoStatus.PROCESSING, progress=0, error=None, finished_at=None)
    return replace(job, status=JobStatus.PREPARING, failure=None, video=again)


def _stopped(job: Job, video: VideoDetails, batch: Batch, now: datetime) -> Job:
    """Return a job whose last generation ended without a take: paused, failed or cancelled."""
    if batch.paused_at is not None:
        return replace(job, video=replace(video, paused_at=batch.paused_at, progress=0))
    is_cancelled = batch.status is BatchStatus.CANCELLED
    reasons = [result.error for result in batch.results if result.error]
    error = CANCELLED if is_cancelled else next(iter(reasons), batch.cause)
    ended = replace(
        video,
        status=VideoStatus.CANCELLED if is_cancelled else VideoStatus.FAILED,
        paused_at=None,
        error=error,
        doubt=None,
        finished_at=now,
    )
    return replace(job, status=JobStatus.FAILED, failure=error, video=ended)


def _deleted(job: Job, video: VideoDetails, now: datetime) -> Job:
    if not video.status.is_open:
        return job
    ended = replace(
        video, status=VideoStatus.CANCELLED, paused_at=None, error=DELETED, doubt=None, finished_at=now
    )
    return replace(job, video=ended)
