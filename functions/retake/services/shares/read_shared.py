"""Read what a link shows, by its token: the only door without a sign-in (ADR-0062)."""

from collections.abc import Sequence
from dataclasses import dataclass

from retake.domain.clip_versions import ClipTake
from retake.domain.errors import NotFoundError, ShareEndedError
from retake.domain.records.jobs import Job
from retake.domain.records.shares import Share
from retake.domain.records.takes import Version
from retake.domain.shares import hash_of, require_open
from retake.domain.statuses import JobStatus
from retake.services.context import Context

NO_LINK = "There is no such link. Check that it was copied whole, or ask for a new one."
DELETED = "What this link showed was deleted by the person who shared it."


@dataclass(frozen=True)
class OpenShare:
    """A link that works, and its job."""

    share: Share
    job: Job


def open_share(token: str, ctx: Context) -> OpenShare:
    """Return the link that a token opens: three reads by key.

    Raises:
        NotFoundError: If no link has this token.
        ShareEndedError: If it was revoked, has expired, or its job was deleted.
    """
    pointer = ctx.shares.find_token(hash_of(token))
    if pointer is None:
        raise NotFoundError(NO_LINK)
    share = ctx.shares.find_share(pointer.job_id, pointer.share_id)
    if share is None:  # its job was purged between the two reads, or the record's time is over
        raise NotFoundError(NO_LINK)
    require_open(share, ctx.clock.now())
    return OpenShare(share, require_job(share, ctx))


def require_job(share: Share, ctx: Context) -> Job:
    """Return the job that a link shows. Raises ``ShareEndedError`` once it is being deleted."""
    try:
        job = ctx.jobs.get_job(share.job_id)
    except NotFoundError as error:
        raise ShareEndedError(DELETED) from error
    if job.status is JobStatus.DELETING:
        raise ShareEndedError(DELETED)
    return job


@dataclass(frozen=True)
class SharedTakes:
    """What a link shows, besides the job.

    Attributes:
        clips: Those of the video, in order, with their current versions; empty for a comparison.
        compared: The left and the right version; None for a video.
    """

    clips: Sequence[ClipTake] = ()
    compared: tuple[Version, Version] | None = None


def read_takes(opened: OpenShare, ctx: Context) -> SharedTakes:
    """Return the versions that a link shows.

    Raises:
        ShareEndedError: If one of those that it compares is no longer stored.
    """
    share, job = opened.share, opened.job
    if share.compares is None:
        return SharedTakes(clips=ctx.jobs.list_takes(job.job_id, job.clip_ids))
    compares = share.compares
    left, right = (
        ctx.jobs.get_take(job.job_id, compares.clip_id, number).version
        for number in (compares.left, compares.right)
    )
    if left is None or right is None or left.location is None or right.location is None:
        raise ShareEndedError("A version that this link compares is no longer stored.")
    return SharedTakes(compared=(left, right))
