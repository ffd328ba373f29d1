"""What can be done to a clip: kinds of change, each with a strength."""

from dataclasses import dataclass
from enum import StrEnum

from retake.domain.errors import ProviderRejectedError


class EffectKind(StrEnum):
    """One visible change. The value is how it is named to people."""

    BRIGHTER = "brighter"
    DARKER = "darker"
    MORE_CONTRAST = "more contrast"
    LESS_CONTRAST = "less contrast"
    MORE_COLOUR = "more vivid"
    LESS_COLOUR = "more muted"
    WARMER = "warmer"
    COOLER = "cooler"
    NIGHT = "nighttime"
    DAY = "daytime"
    BLACK_AND_WHITE = "black and white"
    SEPIA = "sepia"
    INVERT = "inverted colours"
    BLUR = "blurred"
    DREAMY = "dreamy"
    SHARPEN = "sharper"
    SLOW = "slow motion"
    FAST = "faster"
    MORE_MOTION = "more motion"
    LESS_MOTION = "less motion"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    MIRROR = "mirrored"
    UPSIDE_DOWN = "upside down"
    ROTATE_180 = "rotated by 180 degrees"
    TEXT = 'text (such as: write "Hello")'
    FADE_IN = "fade in"
    FADE_OUT = "fade out"
    VIGNETTE = "vignette"
    GRAIN = "film grain"
    CINEMATIC = "cinematic bars"
    MUTE = "without sound"


class Aspect(StrEnum):
    """A measure that an effect moves, and that a person may ask to keep. Named to people."""

    BRIGHTNESS = "brightness"
    CONTRAST = "contrast"
    COLOUR = "colours"
    SHARPNESS = "sharpness"
    SPEED = "speed"
    MOTION = "motion"
    FRAMING = "framing"
    SOUND = "sound"
    TEXT = "text"
    GRAIN = "grain"
    EDGES = "edges"


class TextPlace(StrEnum):
    """Where written text stands."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


@dataclass(frozen=True)
class Effect:
    """One change to make.

    Attributes:
        kind: Which.
        strength: 1.0 is what the plain word means; more is stronger. Always above 0.
        is_exact: Whether a number says how strong.
        text: For ``TEXT`` the words to write, verbatim.
        place: For ``TEXT`` where they stand.
    """

    kind: EffectKind
    strength: float = 1.0
    text: str = ""
    place: TextPlace = TextPlace.BOTTOM
    is_exact: bool = False


@dataclass(frozen=True)
class EffectTraits:
    """What the language needs to know about a kind.

    Attributes:
        aspect: The measure it moves.
        opposite: The kind that undoes it, where there is an honest one.
        percent: What a strength of 1.0 changes, in percent of the measure as it was.
        reduces: Whether the measure is divided by ``1 + percent * strength``, not multiplied.
        most_percent: What a number may add, as far as the picture follows.
        least_share: What a number may leave of a measure that is reduced; less would be a black clip, or one
            that stands still.
        is_whole: Whether it is done or not, and takes no number.
    """

    aspect: Aspect
    opposite: EffectKind | None = None
    percent: float = 100.0
    reduces: bool = False
    most_percent: float = 900.0
    least_share: float = 0.05
    is_whole: bool = False


_K = EffectKind
TRAITS: dict[EffectKind, EffectTraits] = {
    _K.BRIGHTER: EffectTraits(Aspect.BRIGHTNESS, _K.DARKER, percent=22),
    _K.DARKER: EffectTraits(Aspect.BRIGHTNESS, _K.BRIGHTER, percent=35, reduces=True),
    _K.MORE_CONTRAST: EffectTraits(Aspect.CONTRAST, _K.LESS_CONTRAST, percent=25),
    _K.LESS_CONTRAST: EffectTraits(Aspect.CONTRAST, _K.MORE_CONTRAST, percent=35, reduces=True),
    _K.MORE_COLOUR: EffectTraits(Aspect.COLOUR, _K.LESS_COLOUR, percent=45),
    _K.LESS_COLOUR: EffectTraits(Aspect.COLOUR, _K.MORE_COLOUR, percent=90, reduces=True, least_share=0.0),
    _K.WARMER: EffectTraits(Aspect.COLOUR, _K.COOLER, percent=25, most_percent=200),
    _K.COOLER: EffectTraits(Aspect.COLOUR, _K.WARMER, percent=25, most_percent=200),
    _K.NIGHT: EffectTraits(Aspect.BRIGHTNESS, _K.DAY, most_percent=200),
    _K.DAY: EffectTraits(Aspect.BRIGHTNESS, _K.NIGHT, most_percent=200),
    _K.BLACK_AND_WHITE: EffectTraits(Aspect.COLOUR, most_percent=100),
    _K.SEPIA: EffectTraits(Aspect.COLOUR, most_percent=200),
    _K.INVERT: EffectTraits(Aspect.COLOUR, is_whole=True),
    _K.BLUR: EffectTraits(Aspect.SHARPNESS, _K.SHARPEN, percent=50),
    _K.DREAMY: EffectTraits(Aspect.SHARPNESS, most_percent=200),
    _K.SHARPEN: EffectTraits(Aspect.SHARPNESS, _K.BLUR, percent=50, most_percent=250),
    _K.SLOW: EffectTraits(Aspect.SPEED, _K.FAST, percent=100, reduces=True),
    _K.FAST: EffectTraits(Aspect.SPEED, _K.SLOW, percent=50),
    _K.MORE_MOTION: EffectTraits(Aspect.MOTION, _K.LESS_MOTION, percent=50, most_percent=200),
    _K.LESS_MOTION: EffectTraits(Aspect.MOTION, _K.MORE_MOTION, percent=60, reduces=True),
    _K.ZOOM_IN: EffectTraits(Aspect.FRAMING, _K.ZOOM_OUT, percent=25, most_percent=200),
    _K.ZOOM_OUT: EffectTraits(Aspect.FRAMING, _K.ZOOM_IN, percent=25, most_percent=200),
    _K.MIRROR: EffectTraits(Aspect.FRAMING, is_whole=True),
    _K.UPSIDE_DOWN: EffectTraits(Aspect.FRAMING, is_whole=True),
    _K.ROTATE_180: EffectTraits(Aspect.FRAMING, is_whole=True),
    _K.TEXT: EffectTraits(Aspect.TEXT),
    _K.FADE_IN: EffectTraits(Aspect.EDGES, most_percent=300),
    _K.FADE_OUT: EffectTraits(Aspect.EDGES, most_percent=300),
    _K.VIGNETTE: EffectTraits(Aspect.EDGES, most_percent=300),
    _K.GRAIN: EffectTraits(Aspect.GRAIN, most_percent=700),
    _K.CINEMATIC: EffectTraits(Aspect.FRAMING, most_percent=200),
    _K.MUTE: EffectTraits(Aspect.SOUND, is_whole=True),
}

CLASHES: frozenset[frozenset[EffectKind]] = frozenset(
    frozenset({kind, traits.opposite}) for kind, traits in TRAITS.items() if traits.opposite
) | {
    frozenset({_K.BLACK_AND_WHITE, _K.MORE_COLOUR}),
    frozenset({_K.FAST, _K.LESS_MOTION}),
}
"""Kinds that cannot be asked for together: each would undo the other."""


def share_of(effect: Effect) -> float:
    """Return the factor on the effect's measure: 1.2 for "20% more", 0.8 for "20% less"."""
    traits = TRAITS[effect.kind]
    change = 1 + effect.strength * traits.percent / 100
    return 1 / change if traits.reduces else change


def require_in_range(kind: EffectKind, share: float) -> None:
    """Check that a number is one that a picture can follow.

    Args:
        kind: What was asked for.
        share: The measure that is to come out, as a share of what it is.

    Raises:
        ProviderRejectedError: Naming the bound.
    """
    traits = TRAITS[kind]
    if traits.reduces and share < traits.least_share:
        bound = f"at most {100 * (1 - traits.least_share):g} % can be taken from it"
    elif not traits.reduces and (share - 1) * 100 > traits.most_percent:
        bound = f"at most {traits.most_percent:g} % can be added to it"
    else:
        return
    raise ProviderRejectedError(
        f"The number for “{kind.value}” is too large for the {traits.aspect.value}: {bound}."
    )
