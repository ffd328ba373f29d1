"""One wish of a clause with the words that belong to it: which way it points, and how strongly."""

from dataclasses import dataclass, field
from enum import Enum, auto

from retake.adapters.providers.local.effects import TRAITS, Effect, EffectKind
from retake.adapters.providers.local.meanings import Form, Role, Wish

_WEAKEST, _STRONGEST = 0.1, 8.0

_LEAST_SHARE = 0.1
"""Nothing is reduced to less than a tenth of what it was: "100% darker" is not a black clip."""

_HARDLY = 0.4
"""The strength of "not much brighter"."""

_NEGATIONS = frozenset({Role.NOT, Role.DO_NOT})


class Attitude(Enum):
    """What the person wants with a wish."""

    WANTED = auto()
    FORBIDDEN = auto()  # "don't make it darker"
    RESTRAINED = auto()  # "not too dark"
    SATISFIED = auto()  # "bright enough"


@dataclass
class Said:
    """A wish as it was said.

    Attributes:
        wish: The word for what is wanted.
        roles: More, less, not, too …
        degrees: Strengths said with it.
        percent: A number with a percent sign.
        times: A multiple.
    """

    wish: Wish = field(default_factory=lambda: Wish(Form.CHANGE, ()))
    roles: set[Role] = field(default_factory=set)
    degrees: list[float] = field(default_factory=list)
    percent: float | None = None
    times: float | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether no direction and no number was said, so that one may be taken over."""
        return not self.roles and self.percent is None and self.times is None

    @property
    def has_direction(self) -> bool:
        """Tell whether it was said which way a measure should go."""
        pointed = self.roles & {Role.MORE, Role.LESS, Role.TOO, Role.ENOUGH}
        return bool(pointed) or self.times is not None or {Role.NOT, Role.SO} <= self.roles

    @property
    def degree(self) -> float | None:
        """Return one strength for all that was said: the weakest if any is weak, else the strongest."""
        if not self.degrees:
            return None
        weakest = min(self.degrees)
        return weakest if weakest < 1 else max(self.degrees)

    @property
    def attitude(self) -> Attitude:
        """Return what the person wants with the wish."""
        negated = bool(self.roles & _NEGATIONS)
        if Role.TOO in self.roles:
            return Attitude.RESTRAINED if negated else Attitude.WANTED
        if Role.ENOUGH in self.roles:
            return Attitude.WANTED if negated else Attitude.SATISFIED
        if not negated or Role.SO in self.roles or self._is_hardly:
            return Attitude.WANTED
        # "not bright" complains, "not brighter" and "don't" forbid.
        complains = self.wish.form is Form.QUALITY and not self.roles & {Role.DO_NOT, Role.MORE}
        return Attitude.WANTED if complains else Attitude.FORBIDDEN

    def effects(self) -> list[Effect] | None:
        """Return the wish as effects that point the right way; None where there is no way back."""
        effects = []
        for kind, share in self.wish.kinds:
            pointed = TRAITS[kind].opposite if self._is_reversed else kind
            if pointed is None or (self._is_reversed and not self.wish.is_reversible):
                return None
            effects.append(Effect(pointed, strength=share * self._strength(pointed)))
        return effects

    @property
    def _is_hardly(self) -> bool:
        """Tell "not much brighter", which is a little brighter."""
        much = (self.degree or 0) > 1
        return self.wish.form is Form.CHANGE and much and self.roles & {Role.NOT, Role.SO} == {Role.NOT}

    @property
    def _is_reversed(self) -> bool:
        """Tell whether the opposite of the word is wanted: once for each reason to turn it round."""
        negated = bool(self.roles & _NEGATIONS)
        wanted = self.attitude is Attitude.WANTED
        complaint = negated and wanted and Role.ENOUGH not in self.roles and not self._is_hardly
        reasons = (
            Role.LESS in self.roles,  # "less bright"
            Role.TOO in self.roles and not negated,  # "too bright"
            complaint,  # "not so bright", "not bright"
            self._is_fraction,  # "half as bright"
        )
        return sum(reasons) % 2 == 1

    @property
    def _is_fraction(self) -> bool:
        """Tell "half as bright"; in "half slower" and "cut to half" another word points already."""
        points_down = self.wish.form is Form.CHANGE and all(
            TRAITS[kind].reduces for kind, _ in self.wish.kinds
        )
        fraction = self.times is not None and self.times < 1
        return fraction and not points_down and Role.LESS not in self.roles

    def _strength(self, kind: EffectKind) -> float:
        traits = TRAITS[kind]
        share = self._share(reduces=traits.reduces)
        if share is None:
            strength = _HARDLY if self._is_hardly else self.degree or 1.0
        elif traits.reduces:
            strength = (1 / max(_LEAST_SHARE, share) - 1) * 100 / traits.percent
        else:
            strength = (share - 1) * 100 / traits.percent
        return min(_STRONGEST, max(_WEAKEST, strength))

    def _share(self, *, reduces: bool) -> float | None:
        """Return the measure wanted, as a share of what it is; None if no number was said."""
        if self.times is not None:
            share = max(_LEAST_SHARE, self.times)
            # "half as blurry" sharpens twofold; "twice as slow" halves the speed.
            return share if (share < 1) == reduces else 1 / share
        if self.percent is not None:
            change = self.percent / 100
            return 1 - change if reduces else 1 + change
        return None
