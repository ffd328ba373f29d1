"""What a word can mean to the one who reads an instruction."""

from dataclasses import dataclass
from enum import Enum, auto

from retake_local.effects import Aspect, EffectKind, TextPlace


class Form(Enum):
    """How a word asks for its effect; negation and direction depend on it."""

    QUALITY = auto()
    CHANGE = auto()
    MEASURE = auto()


class Role(Enum):
    """What a word does to the change beside it."""

    FILLER = auto()
    MORE = auto()
    LESS = auto()
    NOT = auto()
    DO_NOT = auto()
    SO = auto()
    TOO = auto()
    ENOUGH = auto()
    KEEP = auto()
    SPLIT = auto()
    JOIN = auto()  # as SPLIT, but what was said before still holds ("less bright and warm")
    WRITE = auto()


@dataclass(frozen=True)
class ChangeTerm:
    """A word for one or several effects.

    Attributes:
        form: How it asks.
        kinds: The effects, each with its share of the strength.
        is_reversible: Whether "less" of it is the opposite effect.
    """

    form: Form
    kinds: tuple[tuple[EffectKind, float], ...]
    is_reversible: bool = True


@dataclass(frozen=True)
class Degree:
    """A word for how much: 1.0 is neither much nor little."""

    strength: float


@dataclass(frozen=True)
class Factor:
    """A word for a multiple of what is there: "twice", "half"."""

    times: float


@dataclass(frozen=True)
class Percent:
    """A change by a share, such as "20%".

    Attributes:
        percent: Negative after a minus.
        is_signed: Whether a plus or a minus stood before it: "brightness 30%" names what is to come out,
            "brightness +30%" a change.
        is_change: Whether "by" stood before it, so that it names no result.
    """

    percent: float
    is_signed: bool = False
    is_change: bool = False


@dataclass(frozen=True)
class Target:
    """What is to come out, as a share of what is there: "to 70%".

    Attributes:
        is_compared: Whether it is of the quality that the word names, as in "70% as dark".
    """

    share: float
    is_compared: bool = False


@dataclass(frozen=True)
class Quote:
    """Words that are to be written, verbatim."""

    text: str


Number = Percent | Factor | Target
"""What a number can mean."""

Meaning = ChangeTerm | Degree | Factor | Percent | Target | Quote | Role | Aspect | TextPlace
