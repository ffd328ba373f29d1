"""How long generations are going to take, judged by what each model took lately."""

from collections.abc import Callable, Iterable, Sequence

from retake.domain.catalogue import Model

COMPOSE_S = 3
"""Seconds to compose a video once: pictures are copied, only sound is encoded (docs/benchmarks.md)."""

KEPT_TIMES = 20

RecentTimes = Callable[[str], Sequence[int]]
"""Returns how long a model's last generations took, in milliseconds, by its name."""


def estimate_batch_s(models: Iterable[Model], recent_ms: RecentTimes) -> int:
    """Return whole seconds for takes made one after another and composed once.

    Args:
        models: Of each take.
        recent_ms: What their generations took.
    """
    return -(-sum(_take_ms(model, recent_ms) for model in models) // 1000) + COMPOSE_S


def estimate_videos_s(models: Iterable[Model], recent_ms: RecentTimes) -> int:
    """Return whole seconds for videos made side by side: those of the slowest."""
    return max((estimate_batch_s((model,), recent_ms) for model in models), default=0)


def _take_ms(model: Model, recent_ms: RecentTimes) -> int:
    """Return what one take takes: cautious rather than hopeful, the four fifths mark and not the mean."""
    ordered = sorted(recent_ms(model.name))
    if not ordered:
        return model.typical_s * 1000
    return ordered[(len(ordered) * 4) // 5 if len(ordered) > 1 else 0]
