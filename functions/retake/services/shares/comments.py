"""Comments of viewers: added through a link, read and deleted by the job's owner (ADR-0062)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from retake.domain.changes import Change
from retake.domain.errors import (
    ConflictError,
    Fault,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    ShareEndedError,
)
from retake.domain.events.shares import CommentAdded, CommentDeleted
from retake.domain.frame_rates import FrameRate
from retake.domain.reasons import is_blank
from retake.domain.records.jobs import Job
from retake.domain.records.shares import Comment, Share
from retake.domain.shares import (
    ClipSpan,
    frame_now,
    position_at,
    require_open,
    require_room_for_comment,
    seconds_of,
    span_of_takes,
    spans_of,
)
from retake.domain.statuses import JobStatus
from retake.services.commits import change_job
from retake.services.context import Context
from retake.services.shares.create_share import get_share
from retake.services.shares.read_shared import DELETED, OpenShare

REFUSED = "The comment was refused; nothing was written."


@dataclass(frozen=True)
class CommentRequest:
    """A comment as it is asked for.

    Attributes:
        comment_id: Derived from the idempotency key: a repeat finds the comment of the first request.
        time_s: Seconds from the start of what the link shows.
    """

    comment_id: str
    request_hash: str
    time_s: float
    author: str
    text: str


@dataclass(frozen=True)
class PlacedComment:
    """A comment and where it belongs now.

    Attributes:
        clip_index: Place of its clip; None if it was removed from the timeline.
        time_s: Where its moment begins now, in what is shown; None if it is no longer in it.
    """

    comment: Comment
    clip_index: int | None
    time_s: float | None


def add_comment(opened: OpenShare, request: CommentRequest, ctx: Context) -> PlacedComment:
    """Write a viewer's comment; every bound is checked before that.

    Raises:
        ForbiddenError: If the link takes none.
        InvalidRequestError: Naming the field at fault.
        ShareEndedError: If the link ended meanwhile.
        TooManyKeptError: If it has as many as it takes.
    """
    share_id, job_id = opened.share.share_id, opened.share.job_id
    if not opened.share.takes_comments:
        raise ForbiddenError("This link takes no comments.")
    _require_words(request.text, most=ctx.limits.max_instruction_chars)

    def decide(job: Job) -> tuple[Change | None, Comment]:
        if job.status is JobStatus.DELETING:
            raise ShareEndedError(DELETED)
        found = ctx.shares.find_comment(job_id, share_id, request.comment_id)
        if found is not None:
            if found.request_hash != request.request_hash:
                raise InvalidRequestError("This Idempotency-Key was used with another body; use a new key.")
            return None, found
        share = get_share(job_id, share_id, ctx)
        require_open(share, ctx.clock.now())
        require_room_for_comment(share, most=ctx.limits.max_comments)
        comment = _comment(job, share, request, ctx)
        added = CommentAdded(
            share_id=share_id, comment_id=comment.comment_id, clip_index=job.place_of(comment.clip_id)
        )
        counted = replace(share, comment_count=share.comment_count + 1)
        return Change(job, (counted, comment), events=(added,)), comment

    job, comment = change_job(job_id, decide, ctx)
    return place_comments(job, opened.share, [comment], ctx)[0]


def _require_words(text: str, *, most: int) -> None:
    if is_blank(text) or len(text) > most:
        length = 0 if is_blank(text) else len(text)
        # The length of an instruction: a comment becomes one by a press.
        detail = f"A comment has 1 to {most} characters; this has {length}."
        raise InvalidRequestError(REFUSED, faults=[Fault("text", detail)])


def _comment(job: Job, share: Share, request: CommentRequest, ctx: Context) -> Comment:
    rate = _rate_of(job)
    position = position_at(request.time_s, _spans(job, share, ctx), rate)
    return Comment(
        job_id=job.job_id,
        share_id=share.share_id,
        comment_id=request.comment_id,
        author=request.author,
        text=request.text,
        time_ms=round(request.time_s * 1000),
        frame=position.frame,
        clip_id=position.clip_id,
        clip_frame=position.clip_frame,
        created_at=ctx.clock.now(),
        request_hash=request.request_hash,
        expires_at=share.expires_at,
    )


def _spans(job: Job, share: Share | None, ctx: Context) -> Sequence[ClipSpan]:
    """Return the clips of what a link shows; without one, those of the video."""
    if share is None or share.compares is None:
        return spans_of(ctx.jobs.read_clips(job.job_id, job.clip_ids))
    return span_of_takes(ctx.jobs.read_clips(job.job_id, [share.compares.clip_id])[0])


def _rate_of(job: Job) -> FrameRate:
    if job.profile is None:  # pragma: no cover - set when the job is made
        raise ConflictError("The job has no media profile.")
    return job.profile.fps


def place_comments(
    job: Job, share: Share | None, comments: Sequence[Comment], ctx: Context
) -> list[PlacedComment]:
    """Return the present positions of comments: clips may have been moved or removed since.

    Args:
        job: As it is.
        share: The link that shows them; None for the owner, who sees them on the job's video.
        comments: The comments.
        ctx: The ports.
    """
    if not comments:
        return []
    spans, rate = _spans(job, share, ctx), _rate_of(job)
    frames = [frame_now(comment.clip_id, comment.clip_frame, spans) for comment in comments]
    return [
        PlacedComment(
            comment, job.place_of(comment.clip_id), None if frame is None else seconds_of(frame, rate)
        )
        for comment, frame in zip(comments, frames, strict=True)
    ]


def delete_comment(job_id: str, share_id: str, comment_id: str, ctx: Context) -> PlacedComment:
    """Delete a comment, and return what it was.

    Raises:
        NotFoundError: If the link has no such comment.
    """

    def decide(job: Job) -> tuple[Change | None, Comment]:
        share = get_share(job_id, share_id, ctx)
        comment = ctx.shares.find_comment(job_id, share_id, comment_id)
        if comment is None:
            raise NotFoundError(f"This link has no comment {comment_id!r}.")
        deleted = CommentDeleted(
            share_id=share_id, comment_id=comment_id, clip_index=job.place_of(comment.clip_id)
        )
        fewer = replace(share, comment_count=share.comment_count - 1)
        return Change(job, (fewer,), removes=(comment,), events=(deleted,)), comment

    job, comment = change_job(job_id, decide, ctx)
    return place_comments(job, None, [comment], ctx)[0]
