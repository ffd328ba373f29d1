"""What one clause asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retake_local.characters import composed
from retake_local.effects import TRAITS, Aspect, Effect, EffectKind, TextPlace
from retake_local.matcher import ClauseMatcher
from retake_local.meanings import ChangeTerm, Form, Percent, Role, Target
from retake_local.normalizer import Clause, Link
from retake_local.parsed import ParsedInstruction, Polarity

RESTRAINT = 0.6
"""What "but not too much" leaves of a strength."""

_GOES_ON = frozenset({Role.MORE, Role.LESS, Role.NOT, Role.DO_NOT, Role.SO, Role.TOO})


@dataclass(frozen=True)
class Reading:
    """What a clause was understood to ask for.

    Attributes:
        effects: To do.
        forbidden: Kinds not to do ("don't make it darker").
        restrained: Kinds to do with care ("not too dark").
        kept: Aspects that are to stay ("keep the colours").
        afterthought: A factor for the effect before ("… but only slightly").
        direction: The direction last said, which a joined clause goes on with.
        degree: The strength last said, likewise.
    """

    effects: tuple[Effect, ...] = ()
    forbidden: frozenset[EffectKind] = frozenset()
    restrained: frozenset[EffectKind] = frozenset()
    kept: frozenset[Aspect] = frozenset()
    afterthought: float | None = None
    direction: frozenset[Role] = frozenset()
    degree: float | None = None


def interpret_clause(clause: Clause, *, after: Reading | None) -> Reading | None:
    """Interpret a clause as effects.

    Args:
        clause: Its words.
        after: What the clause before asked for: "increase the brightness *and contrast*".

    Returns:
        The reading; None if the clause is not understood.
    """
    matched = ClauseMatcher(clause)
    if not matched.is_understood:
        return None
    if matched.has_numbers and (matched.keeps or matched.quotes or matched.places):
        return None  # "keep half of the colours": what is kept, and what is written, has no amount
    if matched.quotes or matched.places:
        return _read_text(matched)
    if matched.keeps:
        return _read_keep(matched)
    if matched.terms:
        if after is not None and _is_elliptic(clause):
            _take_over(matched.terms[0], after, clause.link)
        return _read_terms(matched.terms)
    # A word for writing that does not say what, or a measure that can only be kept, is no change.
    return None if matched.writes or matched.aspects else _read_afterthought(matched.rest)


def _read_text(matched: ClauseMatcher) -> Reading | None:
    """Read "write "Hello" at the top"; a clause that writes does nothing else."""
    refused = {Role.NOT, Role.DO_NOT, Role.LESS} & matched.rest.roles
    if refused or matched.terms or not matched.quotes:
        return None
    place = matched.places[0] if matched.places else TextPlace.BOTTOM
    texts = map(composed, matched.quotes)
    return Reading(effects=tuple(Effect(EffectKind.TEXT, text=text, place=place) for text in texts))


def _read_keep(matched: ClauseMatcher) -> Reading:
    kinds = {kind for said in matched.terms for kind, _ in said.term.kinds}
    return Reading(kept=frozenset(matched.aspects | {TRAITS[kind].aspect for kind in kinds}))


def _read_afterthought(rest: ParsedInstruction) -> Reading | None:
    """Read a clause without a change: "but only slightly", "not too much", "please"."""
    if rest.is_open and not rest.degrees:
        return Reading()
    if rest.number is not None:
        return None
    if rest.roles & {Role.NOT, Role.DO_NOT}:
        return Reading(afterthought=RESTRAINT)
    if rest.roles - {Role.SO, Role.MORE}:
        return None
    return Reading(afterthought=rest.degree) if rest.degrees else None


def _is_elliptic(clause: Clause) -> bool:
    """Return whether a clause starts with its change, as what goes on from "and" or a comma does."""
    first, *rest = [token.meaning for token in clause.tokens[:2]]
    starts = isinstance(first, ChangeTerm) or (
        first is Role.FILLER and rest and isinstance(rest[0], ChangeTerm)
    )
    return bool(starts) and clause.link is not Link.NEW


def _take_over(first: ParsedInstruction, after: Reading, link: Link) -> None:
    """Let a change go on with the direction and degree said before: "less bright *and warm*".

    A changing word has its own direction ("less bright and sharper"); only a "don't" goes on to it,
    and only over "and" or "or" ("don't make it darker or warmer").
    """
    if not first.is_open:
        return
    if not first.degrees and after.degree is not None:
        first.degrees.append(after.degree)
    refuses = link is Link.WORD and after.direction <= {Role.DO_NOT, Role.NOT}
    if first.term.form is not Form.CHANGE or refuses:
        first.roles |= after.direction


def _read_terms(terms: Sequence[ParsedInstruction]) -> Reading | None:
    spoken = _spoken(terms)
    pointed = [said.effects() for said in spoken]
    found = [effects for effects in pointed if effects is not None]
    if not spoken or len(found) < len(pointed):
        return None
    by_attitude = {polarity: _of(polarity, spoken, found) for polarity in Polarity}
    return Reading(
        effects=tuple(by_attitude[Polarity.WANTED]),
        forbidden=frozenset(effect.kind for effect in by_attitude[Polarity.FORBIDDEN]),
        restrained=frozenset(effect.kind for effect in by_attitude[Polarity.RESTRAINED]),
        direction=frozenset(spoken[-1].roles & _GOES_ON),
        degree=spoken[-1].degree,
    )


def _of(
    polarity: Polarity, spoken: Sequence[ParsedInstruction], found: Iterable[list[Effect]]
) -> list[Effect]:
    pairs = zip(spoken, found, strict=True)
    return [effect for said, effects in pairs if said.polarity is polarity for effect in effects]


def _spoken(terms: Sequence[ParsedInstruction]) -> list[ParsedInstruction]:
    """Return the changes that ask for something.

    A measure without a direction is what another change is about ("make the *colours* warmer"); alone
    it asks for nothing. "Don't" rules over the whole clause.
    """
    refused = {Role.DO_NOT} & set().union(*(said.roles for said in terms))
    for said in terms:
        said.roles |= refused
        number = said.number
        if said.term.form is not Form.MEASURE or not isinstance(number, Percent):
            continue
        if not number.is_change and not said.has_direction:
            said.number = Target(number.percent / 100)  # "50% speed"
    spoken = [said for said in terms if said.term.form is not Form.MEASURE or said.has_direction]
    only_measures = all(said.term.form is Form.MEASURE for said in terms)
    if len(spoken) < len(terms) and only_measures and any(said.number is not None for said in terms):
        return []  # "brightness +20% contrast": nothing is said of one of them
    return spoken
