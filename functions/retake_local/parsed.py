"""One change of a clause with the words that belong to it: which way it points, and how strongly."""

from dataclasses import dataclass, field
from enum import Enum, auto

from retake.domain.errors import ProviderRejectedError
from retake_local.effects import TRAITS, Effect, EffectKind, require_in_range
from retake_local.meanings import ChangeTerm, Factor, Form, Number, Percent, Role, Target

_WEAKEST, _STRONGEST = 0.1, 8.0
"""Bounds of what words ask for; a number is kept or refused."""


_NOTHING = 1e-4

_WHOLE = (Percent(0), Percent(100))
"""The numbers that what is done or not can have."""

_HARDLY = 0.4
"""The strength of "not much brighter"."""

_NEGATIONS = frozenset({Role.NOT, Role.DO_NOT})


class Polarity(Enum):
    """What the person wants with a change."""

    WANTED = auto()
    FORBIDDEN = auto()  # "don't make it darker"
    RESTRAINED = auto()  # "not too dark"
    SATISFIED = auto()  # "bright enough"


@dataclass
class ParsedInstruction:
    """A change as it was said.

    Attributes:
        change: The word for what is wanted.
        roles: More, less, not, too …
        degrees: Strengths said with it.
        number: Said with it, at most one.
    """

    term: ChangeTerm = field(default_factory=lambda: ChangeTerm(Form.CHANGE, ()))
    roles: set[Role] = field(default_factory=set)
    degrees: list[float] = field(default_factory=list)
    number: Number | None = None

    @property
    def is_open(self) -> bool:
        """Return whether no direction and no number was said, so that one may be taken over."""
        return not self.roles and self.number is None

    @property
    def has_direction(self) -> bool:
        """Return whether it was said which way a measure should go."""
        pointed = self.roles & {Role.MORE, Role.LESS, Role.TOO, Role.ENOUGH}
        is_sure = self.number is not None and not (
            isinstance(self.number, Percent) and not self.number.is_signed
        )
        return bool(pointed) or is_sure or {Role.NOT, Role.SO} <= self.roles

    @property
    def degree(self) -> float | None:
        """Return one strength for all that was said: the weakest if any is weak, else the strongest."""
        if not self.degrees:
            return None
        weakest = min(self.degrees)
        return weakest if weakest < 1 else max(self.degrees)

    @property
    def polarity(self) -> Polarity:
        """Return what the person wants with the change."""
        negated = bool(self.roles & _NEGATIONS)
        if Role.TOO in self.roles:
            return Polarity.RESTRAINED if negated else Polarity.WANTED
        if Role.ENOUGH in self.roles:
            return Polarity.WANTED if negated else Polarity.SATISFIED
        if not negated or Role.SO in self.roles or self._is_hardly:
            return Polarity.WANTED
        # "not bright" complains, "not brighter" and "don't" forbid.
        complains = self.term.form is Form.QUALITY and not self.roles & {Role.DO_NOT, Role.MORE}
        return Polarity.WANTED if complains else Polarity.FORBIDDEN

    def effects(self) -> list[Effect] | None:
        """Return the change as effects that point the right way, without those that a number cancels.

        Returns:
            None where there is no way back, or the words and the number contradict each other.

        Raises:
            ProviderRejectedError: If a number is more, or less, than can be done.
        """
        effects = []
        for kind, share in self.term.kinds:
            pointed = TRAITS[kind].opposite if self._is_reversed else kind
            if pointed is None or (self._is_reversed and not self.term.is_reversible):
                return None
            if self.number is None:
                effects.append(Effect(pointed, strength=share * self._strength_of_words()))
                continue
            strength = share * self._strength_of(self.number, pointed)
            if strength < 0:
                return None
            if strength > 0:
                effects.append(Effect(pointed, strength=strength, is_exact=True))
        return effects

    @property
    def _is_hardly(self) -> bool:
        """Return whether it says "not much brighter", which is a little brighter."""
        much = (self.degree or 0) > 1
        return self.term.form is Form.CHANGE and much and self.roles & {Role.NOT, Role.SO} == {Role.NOT}

    @property
    def _is_reversed(self) -> bool:
        """Return whether the opposite of the word is wanted: once for each reason to turn it round."""
        negated = bool(self.roles & _NEGATIONS)
        wanted = self.polarity is Polarity.WANTED
        complaint = negated and wanted and Role.ENOUGH not in self.roles and not self._is_hardly
        reasons = (
            Role.LESS in self.roles,  # "less bright"
            Role.TOO in self.roles and not negated,  # "too bright"
            complaint,  # "not so bright", "not bright"
            self._is_fraction,  # "half as bright"
            isinstance(self.number, Percent) and self.number.percent < 0,  # "-20% warmer"
        )
        return sum(reasons) % 2 == 1

    @property
    def _is_fraction(self) -> bool:
        """Return whether it says "half as bright"; "half slower" and "cut to half" have a direction."""
        points_down = self.term.form is Form.CHANGE and all(
            TRAITS[kind].reduces for kind, _ in self.term.kinds
        )
        match self.number:
            case Factor(times):
                return times < 1 and not points_down and Role.LESS not in self.roles
            case Target(share):
                # "brightness to 70%" goes down; "brighter to 70%" contradicts itself.
                return share < 1 and self._is_of_measure and not self.roles & {Role.MORE, Role.LESS}
            case _:
                return False

    @property
    def _is_of_measure(self) -> bool:
        """Return whether a target is of what the word names: "darkness to 50%", but not "dim it to 50%"."""
        is_compared = isinstance(self.number, Target) and self.number.is_compared
        return self.term.form is Form.MEASURE or (self.term.form is Form.QUALITY and is_compared)

    def _strength_of_words(self) -> float:
        strength = _HARDLY if self._is_hardly else self.degree or 1.0
        return min(_STRONGEST, max(_WEAKEST, strength))

    def _strength_of(self, number: Number, kind: EffectKind) -> float:
        """Return the strength that makes of the measure exactly what was said; negative for the other way."""
        traits = TRAITS[kind]
        if traits.is_whole and number not in _WHOLE:
            raise ProviderRejectedError(f"“{kind.value}” is done or not; it takes no number.")
        share = self._share(number, kind)
        require_in_range(kind, share)
        change = 1 / max(share, _NOTHING) - 1 if traits.reduces else share - 1
        return change * 100 / traits.percent

    def _share(self, number: Number, kind: EffectKind) -> float:
        """Return the measure that is to come out, as a share of what it is."""
        reduces = TRAITS[kind].reduces
        match number:
            case Target(share):
                return self._share_of_target(share, kind)
            case Factor(times):
                # "half as blurry" sharpens twofold; "twice as slow" halves the speed.
                return times if (times < 1) == reduces else 1 / max(times, _NOTHING)
            case Percent(percent):
                change = abs(percent) / 100
                return 1 - change if reduces else 1 + change

    def _share_of_target(self, target: float, kind: EffectKind) -> float:
        (said, _), *_ = self.term.kinds
        if self._is_of_measure and TRAITS[said].reduces:
            return 1 / max(target, _NOTHING)  # "darkness to 50%"
        if said is not kind and not TRAITS[said].reduces and not TRAITS[kind].reduces:
            return 2 - target  # "warmth to 80%" is 20% cooler
        return target
