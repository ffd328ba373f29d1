"""A job's current takes as one stream, before they are composed: what is played, and who may ask. Pure.

References:
    RFC 8216, sections 4.3.2.2 (EXT-X-BYTERANGE), 4.3.2.3 (EXT-X-DISCONTINUITY), 4.3.2.5 (EXT-X-MAP).
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from retake.domain.clip_versions import ClipTake
from retake.domain.frame_rates import FrameRate
from retake.domain.records.jobs import Job
from retake.domain.records.takes import TakeStream
from retake.domain.stream_joints import JOINT

STREAM_LIFETIME = timedelta(hours=6)
"""Counted from the full hour, so that the address stays the same within it. A playlist that is asked for
later has new addresses of the takes, which work for an hour at least."""

_VERSION = 7


@dataclass(frozen=True)
class StreamedTake:
    """A take in the stream.

    Attributes:
        video_key: The object that has its segments.
        stream: Where they lie in it.
        follows: Whether its times go on from where those of the take before end.
        is_alike: Whether a decoder needs nothing new for it.
    """

    video_key: str
    stream: TakeStream
    follows: bool
    is_alike: bool


def plan_stream(clips: Sequence[ClipTake]) -> tuple[StreamedTake, ...]:
    """Return the takes that can be played, in order.

    None of them where a current take has no segments, or a clip shows only some frames of it: segments begin
    at key frames.

    Args:
        clips: The job's, in order, each with its current take. One without a take yet is left out.
    """
    planned: list[StreamedTake] = []
    end: int | None = None
    for entry in clips:
        if entry.version is None:
            end = None
            continue
        stream = entry.version.objects.stream
        if stream is None or entry.clip.trim is not None:
            return ()
        is_alike = bool(planned) and planned[-1].stream.form == stream.form
        follows = is_alike and end == stream.frames_before
        planned.append(StreamedTake(entry.version.objects.video_key, stream, follows, is_alike))
        end = stream.frames_before + sum(segment.frames for segment in stream.segments)
    return tuple(planned)


def write_playlist(takes: Sequence[StreamedTake], urls: Mapping[str, str], fps: FrameRate) -> str:
    """Return the HLS playlist of a stream.

    Args:
        takes: At least one.
        urls: Of the objects, by key.
        fps: Frames a second.
    """
    longest = max(segment.frames for take in takes for segment in take.stream.segments)
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION}",
        f"#EXT-X-TARGETDURATION:{-(-longest // Fraction(fps))}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    for number, take in enumerate(takes):
        lines += _lines(take, urls[take.video_key], fps, is_first=number == 0)
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def _lines(take: StreamedTake, url: str, fps: FrameRate, *, is_first: bool) -> Iterator[str]:
    stream = take.stream
    if not take.follows and not is_first:
        yield "#EXT-X-DISCONTINUITY"
    if not take.is_alike:
        yield f'#EXT-X-MAP:URI="{url}",BYTERANGE="{stream.initial_bytes}@{stream.initial_start}"'
    if not take.follows and not is_first:
        yield from JOINT
    at = stream.start
    for segment in stream.segments:
        yield f"#EXTINF:{float(Fraction(segment.frames) / Fraction(fps)):.6f},"
        yield f"#EXT-X-BYTERANGE:{segment.size_bytes}@{at}"
        yield url
        at += segment.size_bytes


def sign_stream(job: Job, now: datetime) -> tuple[int, str]:
    """Return until when an address of a job's stream works, in seconds since 1970, and its signature."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    until = int((hour + STREAM_LIFETIME).timestamp())
    return until, _signature(job, until)


def is_signed(job: Job, *, until: int, signature: str, now: datetime) -> bool:
    """Whether an address of a job's stream was given out by us, and still works."""
    right = _signature(job, until)
    return bool(job.stream_key) and now.timestamp() < until and hmac.compare_digest(right, signature)


def _signature(job: Job, until: int) -> str:
    return hmac.new(job.stream_key.encode(), f"{job.job_id} {until}".encode(), hashlib.sha256).hexdigest()
