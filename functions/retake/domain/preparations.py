"""When a new job's clips are all made, or are not going to be. Pure.

Clips that are normalised from files come first, those that are generated from words after them, as
the job's first batch: nothing is paid for while a file may still turn out to be unusable (ADR-0023).
"""

from collections.abc import Sequence
from dataclasses import replace

from retake.domain.clip_names import clip_name
from retake.domain.errors import ConflictError
from retake.domain.events.base import JobEvent
from retake.domain.events.jobs import JobFailed, JobReady
from retake.domain.reasons import short_cause, short_reason
from retake.domain.records.jobs import Clip, Job
from retake.domain.statuses import ClipStatus, JobKind, JobStatus

INTERRUPTED = "its preparation was interrupted"

Settled = tuple[Job, tuple[JobEvent, ...]]
"""A job as it is from now on, and the events of it."""


def find_failures(clips: Sequence[Clip]) -> tuple[str, ...]:
    """Return why a job cannot go on, once its files were worked on.

    Args:
        clips: All clips, in playback order.

    Returns:
        A reason for each clip whose file cannot be used: a video with a hole is not what was asked for.
    """
    return tuple(
        f"{clip_name(index, clip.file_name or clip.title)}: {clip.failure or INTERRUPTED}"
        for index, clip in enumerate(clips)
        if clip.status is not ClipStatus.READY and not clip.is_generated
    )


def is_generated_in_vain(job: Job, clips: Sequence[Clip]) -> bool:
    """Whether a job failed only because none of its clips could be generated: they may be tried again."""
    is_failed = job.status is JobStatus.FAILED and job.kind is JobKind.JOB
    return is_failed and all(clip.is_generated for clip in clips)


def has_clips_to_fail(job: Job) -> bool:
    """Whether its clips say themselves why they were not made: a video does, and what goes needs not."""
    return job.kind is JobKind.JOB and job.status is not JobStatus.DELETING


def fail_clip(clip: Clip, reason: str | None) -> tuple[Clip, ...]:
    """Return a clip without a take that was not made, with the reason; nothing to write for others."""
    if clip.current_version is not None:
        return ()
    failure = None if reason is None else short_reason(reason)
    return (replace(clip, status=ClipStatus.FAILED, failure=failure),)


def end_preparation(job: Job, *, reason: str | None) -> Settled:
    """Return a new job's final status once nothing of it is being made; any other job is unchanged.

    A clip that could not be generated takes nothing from the others, which may have been paid for: the
    job is ready with those that have a take.

    Args:
        job: The job as it is. A video has a status of its own.
        reason: Why clips were not made, if so.
    """
    is_new = job.status is JobStatus.PREPARING and job.kind is JobKind.JOB
    if not is_new or job.awaits_files or job.active_batch_id is not None or job.waiting_batch_ids:
        return job, ()
    return _ready(job) if job.has_takes else fail_preparation(job, reason=reason or INTERRUPTED)


def fail_preparation(job: Job, *, reason: str) -> Settled:
    """Return a job that cannot be made, with its reason."""
    reason = short_cause(reason)
    failed = replace(job, status=JobStatus.FAILED, failure=reason, lease_until=None)
    return failed, (JobFailed(reason=reason),)


def revive(job: Job) -> Settled:
    """Return a job that had failed without a take, now that one landed late."""
    if job.status is not JobStatus.FAILED or job.kind is not JobKind.JOB:
        return job, ()
    return _ready(job)


def _ready(job: Job) -> Settled:
    ready = replace(job, status=JobStatus.READY, failure=None, lease_until=None)
    return ready, (JobReady(clips=len(job.clip_ids)),)


def require_ready(job: Job) -> None:
    """Refuse a job that is not ready. Raises ``ConflictError``."""
    if job.status is JobStatus.READY:
        return
    is_video = job.kind is JobKind.VIDEO
    ways_out = {
        JobStatus.PREPARING: (
            "It is still being made; wait for the event video_completed."
            if is_video
            else "Its clips are still being prepared; wait for the event job_ready."
        ),
        JobStatus.FAILED: (
            f"It could not be made: {job.failure}. Retry it."
            if is_video
            else f"Its preparation failed: {job.failure}. Retry its batch, if its clips were generated; "
            "else make a new job without that clip."
        ),
        JobStatus.DELETING: "It is being deleted.",
    }
    raise ConflictError(f"The job is not ready. {ways_out[job.status]}")
