"""Which size and frame rate a job has: those of its first clip, or what the request says, within bounds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from retake.domain.frame_rates import MAX_FPS, MIN_FPS, FrameRate, parse_rate, rate_text, within_bounds
from retake.domain.media import MAX_SIDE_PX, MIN_SIDE_PX, USUAL_FPS, MediaInfo, MediaProfile

_BLOCK_PX = 16
MAX_BLOCKS = 36_864
MAX_BLOCKS_A_SECOND = 2_073_600
"""Macroblocks (16x16 pixels) of a picture and of a second: H.264 level 5.2, the highest that players of
phones and browsers decode in hardware. 3840x2160 at 60 frames a second has 94 % of it.

References:
    ITU-T H.264, table A-1
"""

_ULTRA_HD_PX = 3840
_FULL_HD_PX = 1920
_FULL_RATE = 1920 * 1080 * 60
"""Pixels a second up to which a clip and a job may have their full length."""


@dataclass(frozen=True)
class ProfileChoice:
    """What a request says of a job's profile; None leaves it to the first clip."""

    width: int | None = None
    height: int | None = None
    fps: FrameRate | None = None


@dataclass(frozen=True)
class ClipFormat:
    """What a clip is by itself.

    Attributes:
        width: Pixels, as displayed.
        height: Pixels, as displayed.
        fps: Frames a second.
        duration_ms: Length in milliseconds.
        is_variable: Whether its pictures come at varying times; ``fps`` is then chosen.
    """

    width: int
    height: int
    fps: FrameRate
    duration_ms: int
    is_variable: bool = False


@dataclass(frozen=True)
class ProfileLimits:
    """How long a clip and a job may be at up to 1920x1080 and 60 frames a second, in milliseconds."""

    clip_ms: int
    job_ms: int


@dataclass(frozen=True)
class ProfilePlan:
    """A job's profile, and in which ways it is not what its first clip is."""

    profile: MediaProfile
    reasons: tuple[str, ...] = ()


def plan_profile(clips: Sequence[ClipFormat], choice: ProfileChoice, limits: ProfileLimits) -> ProfilePlan:
    """Return the profile of a job.

    Args:
        clips: In playback order; the first decides what ``choice`` leaves open.
        choice: What the request says.
        limits: A size that the request leaves open is reduced so that every clip keeps within these.
    """
    first = clips[0]
    fps = choice.fps or within_bounds(first.fps)
    width, height = _size(first, choice, fps)
    profile = MediaProfile(width, height, fps)
    is_own_size = choice.width is None and choice.height is None
    if is_own_size and _is_too_long(clips, profile, limits):
        size = _shrink(
            first.width, first.height, fps, most_px=_FULL_HD_PX, most_pixels=_FULL_RATE / Fraction(fps)
        )
        profile = MediaProfile(*size, fps)
    return ProfilePlan(profile, tuple(_reasons(first, choice, profile)))


def format_of(info: MediaInfo) -> ClipFormat:
    """Return what a probed video is by itself."""
    fps = parse_rate(info.frame_rate) if info.frame_rate else USUAL_FPS
    return ClipFormat(info.width, info.height, fps, info.duration_ms, info.is_variable)


def longest_ms(profile: MediaProfile, at_most_ms: int) -> int:
    """Return how long a clip or a job of this profile may be: shorter, the more pixels a second has.

    Encoding has a time limit and a disk: at 1920x1080 and 60 frames a second the whole length is allowed,
    beyond that as many pixels.
    """
    pixels = profile.width * profile.height * profile.fps
    return int(at_most_ms * min(Fraction(1), _FULL_RATE / Fraction(pixels)))


def excess_of(profile: MediaProfile) -> str | None:
    """Return why a profile is beyond what can be encoded for all players; None where it is not."""
    blocks = _blocks(profile.width, profile.height)
    if blocks <= MAX_BLOCKS and blocks * profile.fps <= MAX_BLOCKS_A_SECOND:
        return None
    most = min(MAX_FPS, MAX_BLOCKS_A_SECOND // blocks) if blocks <= MAX_BLOCKS else 0
    way_out = (
        f"at this size at most {most}" if most >= MIN_FPS else "choose a smaller size, such as 3840x2160"
    )
    return f"{describe(profile)} is more than H.264 level 5.2 holds; {way_out}"


def describe(profile: MediaProfile) -> str:
    """Return a profile for a sentence: ``1280x720 at 24 frames a second``."""
    return f"{profile.width}x{profile.height} at {rate_text(profile.fps)} frames a second"


def _size(first: ClipFormat, choice: ProfileChoice, fps: FrameRate) -> tuple[int, int]:
    shape = Fraction(max(1, first.width), max(1, first.height))
    match choice.width, choice.height:
        case None, None:
            return _fit(first.width, first.height, fps)
        case int(width), None:
            return width, _even(width / shape)
        case None, int(height):
            return _even(height * shape), height
        case int(width), int(height):
            return width, height
    raise AssertionError(choice)  # pragma: no cover - all four cases stand above


def _even(pixels: float | Fraction) -> int:
    return min(MAX_SIDE_PX, max(MIN_SIDE_PX, int(pixels) // 2 * 2))


def _blocks(width: int, height: int) -> int:
    return -(-width // _BLOCK_PX) * -(-height // _BLOCK_PX)


def _fit(width: int, height: int, fps: FrameRate) -> tuple[int, int]:
    """Return a clip's own size, both sides even, or one of its shape that can be encoded."""
    own = _even(width), _even(height)
    if max(width, height) <= MAX_SIDE_PX and excess_of(MediaProfile(*own, fps)) is None:
        return own
    return _shrink(width, height, fps, most_px=_ULTRA_HD_PX)


def _shrink(
    width: int, height: int, fps: FrameRate, *, most_px: int, most_pixels: Fraction | None = None
) -> tuple[int, int]:
    """Return the largest size of a shape with at most so many pixels a side, and in all."""
    shrink = min(1.0, most_px / max(width, height, 1))
    size = _even(width * shrink), _even(height * shrink)
    while excess_of(MediaProfile(*size, fps)) or (
        most_pixels is not None and size[0] * size[1] > most_pixels
    ):
        shrink *= 0.995
        size = _even(width * shrink), _even(height * shrink)
    return size


def _is_too_long(clips: Sequence[ClipFormat], profile: MediaProfile, limits: ProfileLimits) -> bool:
    lengths = [clip.duration_ms for clip in clips]
    if max(lengths) > limits.clip_ms or sum(lengths) > limits.job_ms:
        return False  # no size makes that fit; it is refused for its length
    most_clip, most_job = longest_ms(profile, limits.clip_ms), longest_ms(profile, limits.job_ms)
    return max(lengths) > most_clip or sum(lengths) > most_job


def _reasons(first: ClipFormat, choice: ProfileChoice, profile: MediaProfile) -> list[str]:
    """Say where a profile differs from the first clip although the request leaves that open."""
    reasons = []
    if choice.fps is None and first.is_variable:
        reasons.append(
            f"Its pictures come at varying times; the video has {rate_text(profile.fps)} frames a second, "
            "as most of them."
        )
    elif choice.fps is None and first.fps != profile.fps:
        reasons.append(
            f"It has {rate_text(first.fps)} frames a second; a video has from {MIN_FPS} to {MAX_FPS}, "
            f"so this one has {rate_text(profile.fps)}."
        )
    is_own_size = choice.width is None and choice.height is None
    whole = replace(first, width=first.width // 2 * 2, height=first.height // 2 * 2)
    if is_own_size and (whole.width, whole.height) != (profile.width, profile.height):
        reasons.append(f"It is {first.width}x{first.height}; the video is {profile.width}x{profile.height}.")
    return reasons
