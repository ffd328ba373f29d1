"""Clips by their place in the timeline: names in messages, and the clip at a place."""

from retake.domain.errors import NotFoundError
from retake.domain.records.jobs import Job


def clip_name(index: int, title: str) -> str:
    """Return a clip's name for a sentence.

    Args:
        index: Its place, from 0, as requests have it.
        title: Its title, which is its file's name unless another was given; empty in older records.

    >>> clip_name(2, "shot.mp4"), clip_name(2, "")
    ('“shot.mp4” (clip 2)', 'clip 2')
    """
    return f"“{title}” (clip {index})" if title else f"clip {index}"


def clip_id_at(job: Job, clip_index: int) -> str:
    """Return the clip at a place of the timeline. Raises ``NotFoundError``."""
    if 0 <= clip_index < len(job.clip_ids):
        return job.clip_ids[clip_index]
    raise NotFoundError(
        f"There is no clip {clip_index}; the job has clips 0 to {len(job.clip_ids) - 1}."
        if job.clip_ids
        else "The job has no clips."
    )
