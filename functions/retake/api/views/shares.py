"""Share links, what they show, and comments in answers."""

from datetime import datetime

from retake.contracts.shares import (
    CommentView,
    ComparedView,
    OwnedCommentView,
    SharedClipView,
    SharedComparisonView,
    SharedTakeView,
    SharedVideoView,
    SharedView,
    ShareView,
)
from retake.domain.clip_versions import ClipTake
from retake.domain.frame_rates import FrameRate, rate_number
from retake.domain.records.jobs import Job
from retake.domain.records.shares import Share
from retake.domain.records.takes import Version
from retake.domain.shares import ClipSpan, seconds_of, spans_of
from retake.services.context import Context
from retake.services.shares.comments import PlacedComment
from retake.services.shares.read_shared import OpenShare, SharedTakes


def share_view(job: Job, share: Share, now: datetime) -> ShareView:
    """Return a link for its owner; nothing of its tokens is in it."""
    compares = share.compares
    return ShareView.of(
        share,
        comparison=None
        if compares is None
        else ComparedView.of(compares, clip_index=job.place_of(compares.clip_id)),
        title=share.title or None,
        status=_status_of(share, now),
        expires_at=share.ends_at,
    )


def _status_of(share: Share, now: datetime) -> str:
    if share.revoked_at is not None:
        return "revoked"
    return "open" if share.is_open(now) else "expired"


def shared_view(opened: OpenShare, shown: SharedTakes, ctx: Context) -> SharedView:
    """Return what a link shows to anyone who has it: no id, no owner, and prompts only if it says so."""
    share, job = opened.share, opened.job
    rate: FrameRate = 1 if job.profile is None else job.profile.fps
    return SharedView(
        kind=share.kind,
        title=share.title or None,
        expires_at=share.ends_at,
        takes_comments=share.takes_comments,
        max_comment_chars=ctx.limits.max_instruction_chars,
        fps=rate_number(rate),
        video=None if share.compares is not None else _shared_video(job, ctx),
        clips=_shared_clips(share, shown, rate),
        comparison=_shared_comparison(opened, shown, ctx),
    )


def _shared_video(job: Job, ctx: Context) -> SharedVideoView | None:
    made = job.composition
    if made is None:
        return None
    return SharedVideoView(
        url=ctx.objects.presign_get(made.video_key, brief=True),
        poster_url=ctx.objects.presign_get(made.poster_key, brief=True),
        duration_ms=made.duration_ms,
        up_to_date=job.is_composed,
    )


def _shared_clips(share: Share, shown: SharedTakes, rate: FrameRate) -> list[SharedClipView]:
    spans = {span.clip_id: span for span in spans_of([entry.clip for entry in shown.clips])}
    return [
        _shared_clip(share, entry, spans[entry.clip.clip_id], rate)
        for entry in shown.clips
        if entry.clip.clip_id in spans
    ]


def _shared_clip(share: Share, entry: ClipTake, span: ClipSpan, rate: FrameRate) -> SharedClipView:
    version = entry.version if share.shows_prompts else None
    return SharedClipView(
        start_s=seconds_of(span.start, rate),
        duration_ms=round(seconds_of(span.frames, rate) * 1000),
        prompt=None if version is None else version.prompt,
        instruction=None if version is None else version.user_instruction,
    )


def _shared_comparison(opened: OpenShare, shown: SharedTakes, ctx: Context) -> SharedComparisonView | None:
    profile = opened.job.profile
    if shown.compared is None or profile is None:
        return None
    left, right = (_shared_take(opened.share, version, ctx) for version in shown.compared)
    return SharedComparisonView(width=profile.width, height=profile.height, left=left, right=right)


def _shared_take(share: Share, version: Version, ctx: Context) -> SharedTakeView:
    where = version.location or version.objects
    return SharedTakeView(
        version_number=version.version_number,
        url=ctx.objects.presign_get(where.video_key, brief=True),
        poster_url=ctx.objects.presign_get(where.thumbnail_key, brief=True),
        duration_ms=version.duration_ms,
        prompt=version.prompt if share.shows_prompts else None,
        instruction=version.user_instruction if share.shows_prompts else None,
    )


def comment_view(placed: PlacedComment) -> CommentView:
    """Return a comment for those who have the link."""
    return CommentView.of(placed.comment, time_s=placed.time_s)


def owned_comment_view(placed: PlacedComment, rate: FrameRate) -> OwnedCommentView:
    """Return a comment for the owner of the job."""
    comment = placed.comment
    return OwnedCommentView.of(
        comment,
        time_s=placed.time_s,
        clip_index=placed.clip_index,
        clip_time_s=seconds_of(comment.clip_frame, rate),
    )
