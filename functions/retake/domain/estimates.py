"""How long a batch is going to take, judged by what clips took lately."""

from collections.abc import Sequence

TYPICAL_CLIP_S = 120
"""Seconds a clip takes where nothing was measured yet.

References:
    PRD, performance: 5-8 minutes for three clips, recomposing included.
"""

RECOMPOSE_S = 15
KEPT_TIMES = 20


def estimate_batch_s(clips: int, recent_ms: Sequence[int]) -> int:
    """Return whole seconds for ``clips`` regenerated one after another and composed once.

    Cautious rather than hopeful: the four fifths mark of the recent times, not their mean.
    """
    if not recent_ms:
        return clips * TYPICAL_CLIP_S + RECOMPOSE_S
    ordered = sorted(recent_ms)
    slow_ms = ordered[(len(ordered) * 4) // 5 if len(ordered) > 1 else 0]
    return -(-(clips * slow_ms) // 1000) + RECOMPOSE_S
