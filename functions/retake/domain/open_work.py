"""Which of a user's jobs have something that has not ended: what their queue is read from. Pure.

An entry is written in the commit that gives a job its first open work, and given to TTL in the commit
that ends its last: reading a queue costs what is in it, however many jobs and videos a user has.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from retake.domain.records.jobs import Job
from retake.domain.statuses import JobStatus


@dataclass(frozen=True)
class OpenWork:
    """That a job has something that has not ended.

    Attributes:
        since: When it came to have some.
        expires_at: When it had none any more; None while it has. An entry that expires is in no list.
    """

    user_id: str
    job_id: str
    since: datetime
    expires_at: datetime | None = None


def has_open_work(job: Job) -> bool:
    """Whether a batch runs or waits on the job, or it is a video that is being made, or paused."""
    if job.status is JobStatus.DELETING:
        return False
    is_made = job.video is not None and job.video.status.is_open
    return is_made or job.active_batch_id is not None or bool(job.waiting_batch_ids)


def list_open_work(job: Job, now: datetime) -> tuple[Job, OpenWork | None]:
    """Return the job with what its user's list says of it, and the entry that has to be written, if any.

    A job of an earlier release has none until its next commit.
    """
    is_open = has_open_work(job)
    if is_open == (job.open_since is not None):
        return job, None
    if is_open:
        return replace(job, open_since=now), OpenWork(job.user_id, job.job_id, now)
    entry = OpenWork(job.user_id, job.job_id, job.open_since or now, expires_at=now)
    return replace(job, open_since=None), entry
