"""What an instruction leaves open: how much. Two takes of the same words differ in that."""

import random
from collections.abc import Sequence
from dataclasses import replace

from retake_local.effects import TRAITS, Aspect, Effect

_LEAST, _MOST = 0.8, 1.2
"""Of a word's strength: near enough that each take is what was asked for."""

_OPEN_ASPECTS = frozenset(
    {
        Aspect.BRIGHTNESS,
        Aspect.CONTRAST,
        Aspect.COLOUR,
        Aspect.SHARPNESS,
        Aspect.FRAMING,
    }
)


def vary(effects: Sequence[Effect], seed: int) -> tuple[Effect, ...]:
    """Return effects as one take does them: the same seed the same way.

    Args:
        effects: As they were understood.
        seed: The take's.
    """
    return tuple(_varied(effect, seed) if _is_open(effect) else effect for effect in effects)


def _is_open(effect: Effect) -> bool:
    """Whether more and less of it are both what was asked for: "warmer" is, "black and white" is not."""
    traits = TRAITS[effect.kind]
    is_graded = traits.opposite is not None and traits.aspect in _OPEN_ASPECTS
    return is_graded and not effect.is_exact


def _varied(effect: Effect, seed: int) -> Effect:
    randomness = random.Random(f"{seed} {effect.kind}")  # noqa: S311 - repeatable, not secret
    return replace(effect, strength=effect.strength * randomness.uniform(_LEAST, _MOST))
