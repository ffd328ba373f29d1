"""Decides how far a sound track is lowered while the clips have sound. Pure.

A block of the whole has sound where a sample of it reaches -40 dB of full scale. The track is lowered before
that begins, stays so for a moment after it ends, and comes back slowly, in straight lines: what happens at a
moment depends on the blocks around it only, so that a part can be made without the rest.
"""

from collections.abc import Sequence

BLOCK = 960
"""Samples a block: 20 ms."""

THRESHOLD = 328
"""Of 32768: -40 dB. Room tone and noise of codecs are below it, speech and music above."""

DOWN, HOLD, UP = 8, 15, 25
"""Blocks: 0.16 s down, 0.3 s held, 0.5 s up."""

REACH_BACK = HOLD + UP + 1
REACH_AHEAD = DOWN + 1
"""How many blocks before and behind a moment can decide on it."""


def weights(loud: Sequence[bool]) -> list[float]:
    """Return how far the track is lowered at the border before each block, and behind the last: 0 to 1.

    Args:
        loud: Of each block, whether the clips have sound in it.
    """
    count = len(loud)
    found = [0.0] * (count + 1)
    since = HOLD + UP
    for number in range(count + 1):
        if number and loud[number - 1]:
            since = 0
        found[number] = min(1.0, max(0.0, 1 - (since - HOLD) / UP))
        since += 1
    until = DOWN
    for number in range(count, -1, -1):
        if number < count and loud[number]:
            until = 0
        found[number] = max(found[number], 1 - until / DOWN)
        until = min(until + 1, DOWN)
    return found
