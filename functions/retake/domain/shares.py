"""Share links: how long they live, and where a comment belongs. Pure (ADR-0062)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from retake.domain.errors import Fault, InvalidRequestError, ShareEndedError, TooManyKeptError
from retake.domain.frame_rates import FrameRate
from retake.domain.records.jobs import Clip
from retake.domain.records.shares import Share

DEFAULT_DAYS = 7
MAX_DAYS = 90
"""Days that a link works: a review is over within weeks, and a longer one is made anew."""

KEPT_AFTER_END = timedelta(days=30)
"""How long a link's record and its comments stay after its end, for its owner to read."""

MAX_TOKENS = 5
"""Tokens of one link: a repeat of the request that made it gets another one, since none is stored."""

AUTHOR_CHARS = 80
"""The longest name that a viewer gives."""

TOKEN_CHARS = 43
"""A token is 32 random bytes in URL-safe base64: 256 bits cannot be guessed."""


def hash_of(token: str) -> str:
    """Return what is stored of a token. Plain SHA-256: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def require_open(share: Share, now: datetime) -> None:
    """Require that a link works. Raises ``ShareEndedError``.

    Raises:
        ShareEndedError: Saying whether it was revoked or has expired.
    """
    if share.revoked_at is not None:
        raise ShareEndedError("This link was revoked by the person who shared it. Ask them for a new one.")
    if now >= share.ends_at:
        raise ShareEndedError(
            f"This link ended on {share.ends_at:%d %B %Y} at {share.ends_at:%H:%M} UTC. "
            "Ask the person who shared it for a new one."
        )


def require_room(shares: Sequence[Share], *, most: int) -> None:
    """Require that a job can have one more link; ended ones count too. Raises ``TooManyKeptError``."""
    if len(shares) >= most:
        raise TooManyKeptError(
            f"This job has {len(shares)} share links, which is as many as are kept. Links are removed "
            f"{KEPT_AFTER_END.days} days after their end; use one that is still open."
        )


def require_room_for_comment(share: Share, *, most: int) -> None:
    """Require that a link can take one more comment. Raises ``TooManyKeptError``."""
    if share.comment_count >= most:
        raise TooManyKeptError(
            f"This link has {share.comment_count} comments, which is as many as it takes. "
            "Ask the person who shared it to delete some, or for a new link."
        )


@dataclass(frozen=True)
class ClipSpan:
    """A clip's place in what is shown, in frames.

    Attributes:
        start: Frame of the whole at which it begins.
        frames: How many of its frames are shown.
        first: The first of these, counted in the clip: others before it are trimmed off.
    """

    clip_id: str
    start: int
    frames: int
    first: int = 0


def spans_of(clips: Sequence[Clip]) -> list[ClipSpan]:
    """Return where clips are in the video that is composed of them: one without a take is left out of it."""
    spans: list[ClipSpan] = []
    start = 0
    for clip in clips:
        if clip.current_version is not None:
            first = 0 if clip.trim is None else clip.trim.in_frame
            spans.append(ClipSpan(clip.clip_id, start, clip.shown_frames, first))
            start += clip.shown_frames
    return spans


def span_of_takes(clip: Clip) -> list[ClipSpan]:
    """Return where a clip is in a comparison, which shows its takes whole."""
    return [ClipSpan(clip.clip_id, 0, clip.frames)]


@dataclass(frozen=True)
class Position:
    """A frame, counted from the start of what was shown, and in its clip."""

    frame: int
    clip_id: str
    clip_frame: int


def position_at(time_s: float, spans: Sequence[ClipSpan], fps: FrameRate) -> Position:
    """Return the frame and the clip that are shown at a time.

    Args:
        time_s: Seconds from the start; the end itself belongs to the last frame.
        spans: The clips, in order.
        fps: Frames a second.

    Raises:
        InvalidRequestError: If there is nothing at that time.

    >>> spans = [ClipSpan("a", 0, 24), ClipSpan("b", 24, 48)]
    >>> position_at(1.0, spans, 24), position_at(3.0, spans, 24).clip_frame
    (Position(frame=24, clip_id='b', clip_frame=0), 47)
    """
    total = sum(span.frames for span in spans)
    # Players write a frame's time with six decimals at least: without this 29/30 s would be frame 28.
    frame = int(Fraction(str(time_s)) * fps + Fraction(1, 1000))
    if time_s < 0 or not spans or frame > total:
        length = float(total / Fraction(fps))
        raise InvalidRequestError(
            "The comment was refused; nothing was written.",
            faults=[Fault("time_s", f"Give a time from 0 to {length:.3f} seconds, which is the end.")],
        )
    frame = min(frame, total - 1)
    span = next(span for span in reversed(spans) if span.start <= frame)
    return Position(frame, span.clip_id, frame - span.start + span.first)


def frame_now(clip_id: str, clip_frame: int, spans: Sequence[ClipSpan]) -> int | None:
    """Return where a frame of a clip is now; None if the clip was removed, or the frame trimmed off."""
    for span in spans:
        if span.clip_id == clip_id and 0 <= clip_frame - span.first < span.frames:
            return span.start + clip_frame - span.first
    return None


def seconds_of(frame: int, fps: FrameRate) -> float:
    """Return the time at which a frame begins, in seconds, to a microsecond."""
    return round(float(frame / Fraction(fps)), 6)
