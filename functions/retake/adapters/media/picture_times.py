"""The frame rate of a picture, by the times at which its frames are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median_low

from retake.domain.frame_rates import FrameRate, exact_rate, nearest_common

_ROUNDED_S = 0.001
"""Containers such as Matroska round times to milliseconds."""

_DRIFT = 0.0002
"""How far a clock may be off: a fifth of what parts 24 from 23.976."""


@dataclass(frozen=True)
class PictureTimes:
    """When frames are shown.

    Attributes:
        base: Seconds a tick.
        starts: When each frame is shown, in ticks, in any order.
        length_s: From the first one to the end of the last one, in seconds.
    """

    base: Fraction
    starts: Sequence[int]
    length_s: float


@dataclass(frozen=True)
class PictureRate:
    """A frame rate, and whether the frames only come near it."""

    fps: FrameRate
    is_variable: bool


def find_rate(times: PictureTimes, *, named: Fraction | None = None) -> PictureRate | None:
    """Return the rate of a picture; None where there is none to measure.

    Frames are evenly spaced where each is at its place on one of the rates in use, or on the measured one, as
    exactly as the container can say. Else most of them decide: a camera that skips frames, or a screen that
    was still for a while, has the rate at which they follow each other when they come.

    Args:
        times: When frames are shown.
        named: The rate that the file names: it decides where the times fit several.
    """
    starts = sorted(set(times.starts))
    if times.length_s <= 0 or not starts:
        return None
    if len(starts) == 1:
        return PictureRate(exact_rate(1 / Fraction(times.length_s)), is_variable=False)
    ticks = starts[-1] - starts[0]
    average = (len(starts) - 1) / (ticks * times.base)
    likely = (average,) if named is None else (named, average)
    slack = max(_ROUNDED_S, float(times.base))
    for rate in dict.fromkeys((*map(nearest_common, likely), exact_rate(average))):
        if _is_even(starts, times.base, rate, slack):
            return PictureRate(rate, is_variable=False)
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    usual = median_low(gaps)
    ticks_off = slack / float(times.base)
    alike = [gap for gap in gaps if abs(gap - usual) <= ticks_off]  # 16 and 17 ms, for 60 a second
    usual_rate = nearest_common(len(alike) / (sum(alike) * times.base), is_rough=True)
    return PictureRate(usual_rate, is_variable=True)


def _is_even(starts: Sequence[int], base: Fraction, rate: FrameRate, slack: float) -> bool:
    frame_s, tick_s = float(1 / Fraction(rate)), float(base)
    shown = ((start - starts[0]) * tick_s for start in starts)
    return all(abs(time - place * frame_s) <= slack + time * _DRIFT for place, time in enumerate(shown))
