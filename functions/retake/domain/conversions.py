"""What becomes of a clip in a job of another size or frame rate, foreseen before anything is made."""

from collections.abc import Iterator
from fractions import Fraction

from retake.domain.frame_rates import rate_number
from retake.domain.media import MediaProfile
from retake.domain.notices import Notice, NoticeCode, notice
from retake.domain.profiles import ClipFormat


def scaled_down(width: int, height: int, profile: MediaProfile) -> Notice | None:
    """Return that a picture is made smaller by more than the rounding to even sides; None where it is not."""
    scale = min(Fraction(profile.width, width), Fraction(profile.height, height))
    smaller = round(width * scale), round(height * scale)
    if smaller[0] >= width - 1 or smaller[1] >= height - 1:
        return None
    sizes = {"source_width": width, "source_height": height, "width": smaller[0], "height": smaller[1]}
    return notice(NoticeCode.SCALED_DOWN, **sizes)


def foresee(clip: ClipFormat, profile: MediaProfile) -> tuple[Notice, ...]:
    """Return what a file is going to lose as a clip; what it lost exactly is known of its take."""
    size = scaled_down(clip.width, clip.height, profile)
    return (*_rate(clip, profile), *(() if size is None else (size,)))


def _rate(clip: ClipFormat, profile: MediaProfile) -> Iterator[Notice]:
    before, after = round(clip.duration_ms * clip.fps / 1000), profile.frame_count(clip.duration_ms)
    rates = {"source_fps": rate_number(clip.fps), "fps": rate_number(profile.fps)}
    if clip.fps > profile.fps and before > after:
        yield notice(NoticeCode.FRAMES_DROPPED, frames=before - after, source_frames=before, **rates)
    elif clip.fps < profile.fps and after > before:
        yield notice(NoticeCode.FRAMES_REPEATED, frames=after - before, **rates)
