"""Understands a person's instruction in plain English, without a model: words, not guesses.

An instruction is read clause by clause. A clause with one word that is not in the lexicon is not
understood, and the whole instruction is refused: doing a part of what was asked, silently, would
be worse than asking again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from retake.domain.errors import ProviderRejectedError
from retake_local.clauses import RESTRAINT, Reading, interpret_clause
from retake_local.effects import (
    CLASHES,
    TRAITS,
    Aspect,
    Effect,
    EffectKind,
    require_in_range,
    share_of,
)
from retake_local.normalizer import read_clauses

_KEPT: dict[tuple[EffectKind, Aspect], EffectKind] = {
    (EffectKind.NIGHT, Aspect.COLOUR): EffectKind.DARKER,
    (EffectKind.DAY, Aspect.COLOUR): EffectKind.BRIGHTER,
    (EffectKind.DREAMY, Aspect.BRIGHTNESS): EffectKind.BLUR,
}
"""What is left of an effect on several measures when one of them is to be kept."""


_UNDERSTOOD = (
    "Use English words such as brighter, warmer, sharper, nighttime, black and white or slow motion."
)
"""A few of all that are in docs/providers.md."""


def parse_instruction(instruction: str) -> tuple[Effect, ...]:
    """Turn an instruction into the effects it asks for.

    Args:
        instruction: A person's words, such as "a bit warmer, but not so dark".

    Returns:
        At least one effect, each kind once (text may be written several times).

    Raises:
        ProviderRejectedError: If a clause is not understood, if changes contradict each other, or
            if nothing would change. The reason is a sentence for the person.
    """
    readings: list[Reading] = []
    for clause in read_clauses(instruction):
        reading = interpret_clause(clause, after=readings[-1] if readings else None)
        if reading is None:
            raise _not_understood(clause.text)
        readings.append(reading)
    effects = _merge(_terms(readings))
    effects = _keep(effects, {aspect for reading in readings for aspect in reading.kept})
    _check_effects(effects, readings)
    if not effects:
        raise ProviderRejectedError(
            f"{_quoted(instruction)} would leave the clip as it is. Say what should change. {_UNDERSTOOD}"
        )
    return effects


def _terms(readings: Sequence[Reading]) -> list[Effect]:
    """Collect the effects, and hold back those that later words hold back."""
    effects: list[Effect] = []
    for reading in readings:
        if reading.afterthought is not None and effects:
            effects[-1] = _held_back(effects[-1], reading.afterthought)
        effects.extend(reading.effects)
    restrained = {kind for reading in readings for kind in reading.restrained}
    if EffectKind.DARKER in restrained:
        restrained.add(EffectKind.NIGHT)
    if EffectKind.BRIGHTER in restrained:
        restrained.add(EffectKind.DAY)
    return [_held_back(effect, RESTRAINT) if effect.kind in restrained else effect for effect in effects]


def _held_back(effect: Effect, factor: float) -> Effect:
    """Return an effect with a part of its strength; a number holds, whatever words follow."""
    return effect if effect.is_exact else replace(effect, strength=effect.strength * factor)


def _merge(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Join those of a kind: numbers one after the other, of words the strongest. Keep every text."""
    merged: dict[tuple[EffectKind, str], Effect] = {}
    for effect in effects:
        key = (effect.kind, effect.text)
        before = merged.get(key)
        if before is None:
            merged[key] = effect
        elif before.is_exact and effect.is_exact:
            merged[key] = _in_turn(before, effect)
        elif (effect.is_exact, effect.strength) > (before.is_exact, before.strength):
            merged[key] = effect
    return tuple(merged.values())


def _in_turn(first: Effect, second: Effect) -> Effect:
    """Return two changes of a measure, one after the other: 20% and 10% more are 32% more."""
    percent = TRAITS[first.kind].percent / 100
    both = (1 + first.strength * percent) * (1 + second.strength * percent)
    merged = replace(first, strength=(both - 1) / percent)
    require_in_range(first.kind, share_of(merged))
    return merged


def _keep(effects: Sequence[Effect], kept: set[Aspect]) -> tuple[Effect, ...]:
    """Take out of each effect what is to stay as it is."""
    left: list[Effect] = []
    for effect in effects:
        kinds = [_KEPT[effect.kind, aspect] for aspect in kept if (effect.kind, aspect) in _KEPT]
        left.append(replace(effect, kind=kinds[0]) if kinds else effect)
    for effect in left:
        aspect = TRAITS[effect.kind].aspect
        if aspect in kept:
            raise ProviderRejectedError(
                f"The instruction asks for {effect.kind.value} and also to keep the {aspect.value}. "
                "Leave one of the two out."
            )
    return _merge(left)


def _check_effects(effects: Sequence[Effect], readings: Sequence[Reading]) -> None:
    kinds = {effect.kind for effect in effects}
    forbidden = {kind for reading in readings for kind in reading.forbidden}
    for kind in kinds & forbidden:
        raise ProviderRejectedError(
            f"The instruction both asks for {kind.value} and rules it out. Leave one of the two out."
        )
    for clash in CLASHES:
        if clash <= kinds:
            first, second = [effect.kind.value for effect in effects if effect.kind in clash]
            raise ProviderRejectedError(
                f"The instruction asks for {first} and {second}, which contradict each other. "
                "Leave one of the two out."
            )


def _not_understood(clause: str) -> ProviderRejectedError:
    return ProviderRejectedError(f"I do not understand {_quoted(clause)}. {_UNDERSTOOD}")


def _quoted(text: str) -> str:
    return f"“{text.strip()}”"
