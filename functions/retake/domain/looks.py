"""When to look at a running generation again: often once it may be done, seldom while it certainly is not."""

from collections.abc import Sequence
from datetime import datetime

from retake.domain.records.batches import Regeneration

FIRST_PAUSES_S = (1, 2, 3)
"""After the first looks: refusals come at once, and some models are quick."""

PAUSE_S = 5
"""Where a generation may be done at any moment: the guide's rhythm."""

LONG_PAUSE_S = 15
"""Where it is not expected to be: as long as providers advise between two looks, and a fourteenth of the
silence after which a step is tried again."""

EXPECTED_SHARE = 0.8
"""Of the shortest of a model's last times: from then on a generation may be done."""

LATE_AFTER = 2
"""Times that: from then on it is late, and the pauses grow."""

UNKNOWN_LATE_S = 120
"""From when on it is late where nothing is known of its model."""

GROWTH = 0.1
"""Of a pause, for each second that it is late."""


def expected_from_s(recent_ms: Sequence[int]) -> int | None:
    """Return after how many seconds a generation may be done; None where nothing is known of its model.

    Args:
        recent_ms: How long the model's last generations took, in milliseconds.
    """
    return int(min(recent_ms) * EXPECTED_SHARE / 1000) if recent_ms else None


def pause_before_look_s(number: int, *, elapsed_s: float, expected_from: int | None) -> int:
    """Return how long to wait before the next look, in whole seconds.

    Args:
        number: Of the look that was just had, from 1.
        elapsed_s: Since the provider was asked.
        expected_from: After how many seconds it may be done (``expected_from_s``).
    """
    if number <= len(FIRST_PAUSES_S):
        return FIRST_PAUSES_S[number - 1]
    left_s = 0 if expected_from is None else expected_from - elapsed_s
    if left_s > PAUSE_S:
        return min(LONG_PAUSE_S, int(left_s))
    late_from = UNKNOWN_LATE_S if expected_from is None else LATE_AFTER * expected_from
    return min(LONG_PAUSE_S, PAUSE_S + max(0, int((elapsed_s - late_from) * GROWTH)))


def next_look_s(regeneration: Regeneration, *, number: int, now: datetime) -> int:
    """Return how long to wait before the next look at a generation, in whole seconds."""
    asked_at = regeneration.submitted_at or now
    return pause_before_look_s(
        number, elapsed_s=(now - asked_at).total_seconds(), expected_from=regeneration.expected_from_s
    )
