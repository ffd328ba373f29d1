"""Find the file that shows a video."""

from retake.domain.records.jobs import Job
from retake.domain.videos import VideoStatus
from retake.ports.jobs import JobRepository


def playable(job: Job, jobs: JobRepository) -> tuple[str, str] | None:
    """Return the key of the file that shows a video, and its thumbnail's; None before it is completed.

    That is the composed video. Between the take and its composition it is the take, which plays as well.
    """
    if job.video is None or job.video.status is not VideoStatus.COMPLETED:
        return None
    if job.composition is not None:
        made = job.composition
        return made.video_key, made.poster_key
    found = jobs.get_clip(job.job_id, job.clip_ids[0])
    current = [item for item in found.versions if item.version_number == found.clip.current_version]
    if not current:
        return None
    take = current[0].objects
    return take.video_key, take.thumbnail_key
