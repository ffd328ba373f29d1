"""Understands a person's instruction in plain English, without a model: words, not guesses.

An instruction is read clause by clause. A clause with one word that is not in the lexicon is not
understood, and the whole instruction is refused: doing a part of what was asked, silently, would
be worse than asking again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from retake.adapters.providers.local.clauses import RESTRAINT, Reading, interpret_clause
from retake.adapters.providers.local.effects import CLASHES, TRAITS, Aspect, Effect, EffectKind
from retake.adapters.providers.local.reading import read_clauses
from retake.domain.errors import ProviderRejectedError

_KEPT: dict[tuple[EffectKind, Aspect], EffectKind] = {
    (EffectKind.NIGHT, Aspect.COLOUR): EffectKind.DARKER,
    (EffectKind.DAY, Aspect.COLOUR): EffectKind.BRIGHTER,
    (EffectKind.DREAMY, Aspect.BRIGHTNESS): EffectKind.BLUR,
}
"""What is left of an effect on several measures when one of them is to be kept."""


def parse_instruction(instruction: str) -> tuple[Effect, ...]:
    """Turn an instruction into the effects it asks for.

    Args:
        instruction: A person's words, such as "a bit warmer, but not so dark".

    Returns:
        At least one effect, each kind once (text may be written several times).

    Raises:
        ProviderRejectedError: If a clause is not understood, if wishes contradict each other, or
            if nothing would change. The reason is a sentence for the person.
    """
    readings: list[Reading] = []
    for clause in read_clauses(instruction):
        reading = interpret_clause(clause, after=readings[-1] if readings else None)
        if reading is None:
            raise _not_understood(clause.text)
        readings.append(reading)
    effects = _merge(_wishes(readings))
    effects = _keep(effects, {aspect for reading in readings for aspect in reading.kept})
    _check_wishes(effects, readings)
    if not effects:
        raise ProviderRejectedError(
            f"{_quoted(instruction)} would leave the clip as it is. Say what should change. {_understood()}"
        )
    return effects


def _wishes(readings: Sequence[Reading]) -> list[Effect]:
    """Collect the effects, and hold back those that later words hold back."""
    effects: list[Effect] = []
    for reading in readings:
        if reading.afterthought is not None and effects:
            effects[-1] = replace(effects[-1], strength=effects[-1].strength * reading.afterthought)
        effects.extend(reading.effects)
    restrained = {kind for reading in readings for kind in reading.restrained}
    if EffectKind.DARKER in restrained:
        restrained.add(EffectKind.NIGHT)
    if EffectKind.BRIGHTER in restrained:
        restrained.add(EffectKind.DAY)
    return [
        replace(effect, strength=effect.strength * RESTRAINT) if effect.kind in restrained else effect
        for effect in effects
    ]


def _merge(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Keep the strongest of each kind; every text."""
    merged: dict[tuple[EffectKind, str], Effect] = {}
    for effect in effects:
        key = (effect.kind, effect.text)
        if key not in merged or merged[key].strength < effect.strength:
            merged[key] = effect
    return tuple(merged.values())


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


def _check_wishes(effects: Sequence[Effect], readings: Sequence[Reading]) -> None:
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
    return ProviderRejectedError(f"I do not understand {_quoted(clause)}. {_understood()}")


def _quoted(text: str) -> str:
    return f"“{text.strip()}”"


def _understood() -> str:
    *kinds, last = [kind.value for kind in EffectKind]
    return f"What is understood, each slightly or much: {', '.join(kinds)} or {last}."
