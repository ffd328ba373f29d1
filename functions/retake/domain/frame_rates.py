"""Frame rates as exact numbers: whole, or a fraction such as 24000/1001."""

import re
from fractions import Fraction

FrameRate = int | Fraction
"""Frames a second; an ``int`` where it is whole."""

MIN_FPS = 5
"""Slowest rate of a job: generators make as few as 6 pictures a second, and below that nothing moves."""

MAX_FPS = 60
"""Fastest rate of a job: the fastest that players and screens show everywhere."""

_NTSC = tuple(Fraction(1000 * rate, 1001) for rate in (12, 15, 24, 30, 48, 60, 120, 240))
_WRITTEN_NTSC = Fraction(65, 10_000)
"""How far 23.97, 23.98 or 29.97 are from the rates that they stand for, at most."""

_COMMON = (*_NTSC, *(Fraction(rate) for rate in (12, 15, 24, 25, 30, 48, 50, 60, 100, 120, 240)))
_NEAR = Fraction(2, 100)
_RATE = re.compile(r"\d{1,9}(?:\.\d{1,9}|/[1-9]\d{0,8})?", re.ASCII)


def simple(rate: Fraction) -> FrameRate:
    """Return an ``int`` for a whole rate."""
    return rate.numerator if rate.denominator == 1 else rate


def exact_rate(number: Fraction) -> FrameRate:
    """Return the rate that a written or measured number stands for.

    >>> exact_rate(Fraction("23.976"))
    Fraction(24000, 1001)
    >>> exact_rate(Fraction("29.97")), exact_rate(Fraction("16.0")), exact_rate(Fraction("12.5"))
    (Fraction(30000, 1001), 16, Fraction(25, 2))
    """
    nearest = min(_NTSC, key=lambda rate: abs(rate - number))
    if abs(nearest - number) <= _WRITTEN_NTSC:
        return nearest
    return simple(round(number * 1000) / Fraction(1000))


def parse_rate(text: str) -> FrameRate:
    """Read a rate as people write it: ``30``, ``23.976`` or ``24000/1001``.

    Raises:
        ValueError: If it is no positive number.
    """
    written = text.strip()
    number = Fraction(written) if _RATE.fullmatch(written) else Fraction(0)
    if number <= 0:
        raise ValueError(f"{text!r} is no frame rate")
    return simple(number) if number in _NTSC else exact_rate(number)


def require_rate(text: str) -> FrameRate:
    """Read a rate that a job can have.

    Raises:
        ValueError: If it is none, or beyond the bounds; the message is for people.
    """
    try:
        rate = parse_rate(text)
    except ValueError:
        rate = 0
    if not MIN_FPS <= rate <= MAX_FPS:
        raise ValueError(f"choose from {MIN_FPS} to {MAX_FPS} frames a second, such as 24, 29.97 or 60")
    return rate


def rate_number(rate: FrameRate) -> int | float:
    """Return a rate as the API writes it, to three decimals; ``exact_rate`` is its inverse.

    >>> rate_number(Fraction(30000, 1001))
    29.97
    """
    return rate if isinstance(rate, int) else round(float(rate), 3)


def rate_text(rate: FrameRate) -> str:
    """Return a rate for a sentence.

    >>> rate_text(Fraction(24000, 1001)), rate_text(24)
    ('23.976', '24')
    """
    return f"{rate_number(rate):g}"


def within_bounds(rate: FrameRate) -> FrameRate:
    """Return a rate that a job can have: a whole part or a whole multiple of one outside the bounds.

    >>> within_bounds(240), within_bounds(Fraction(120000, 1001)), within_bounds(2)
    (60, Fraction(60000, 1001), 6)
    """
    if rate > MAX_FPS:
        return exact_rate(Fraction(rate) / -(-Fraction(rate) // MAX_FPS))
    if rate < MIN_FPS:
        return exact_rate(Fraction(rate) * -(-MIN_FPS // Fraction(rate)))
    return rate


def nearest_common(rate: Fraction, *, is_rough: bool = False) -> FrameRate:
    """Return the rate in use that is nearest to a measured one; far from all of them the measured one.

    Args:
        rate: As measured.
        is_rough: Whether the measured one is no more than a guess: then it is rounded to a whole one.

    >>> nearest_common(Fraction("29.9")), nearest_common(Fraction("18.2"), is_rough=True)
    (Fraction(30000, 1001), 18)
    """
    nearest = min(_COMMON, key=lambda common: abs(common - rate))
    if abs(nearest - rate) <= nearest * _NEAR:
        return simple(nearest)
    return max(1, round(rate)) if is_rough else exact_rate(rate)
