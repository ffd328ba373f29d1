"""Tone curves: all changes of light and colour as one look-up table per plane.

Each change is a formula of the one before, so that a clip is rounded once however much is asked.
Luma (``y``, 0 to 1 between black and white) and chroma (``u``, ``v``, around 0) are changed apart:
warming leaves luma alone, and scaling all three by one number is an exposure change, which keeps
the ratio of red to blue. A tint is light, too: it fades out towards black, so that the bars beside
a picture of another shape stay black.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from retake_local.effects import TRAITS, Aspect, Effect, EffectKind, share_of

_FULL_TINT_LUMA = 0.15
"""From this luma on a tint is whole; below it fades, in proportion, to none at black."""

_TINT = "ld(0)"
"""How much of a tint there is, 0 to 1, in a formula of chroma."""

# The luma of each sample of chroma, laid into the planes of chroma: `lut2` sees both at once.
_WITH_LUMA = (
    "split[tinted][bright];[bright]extractplanes=y,split[whole][half];"
    "[half]scale=iw/2:ih/2:flags=area+bitexact[small];"
    "[whole][small]mergeplanes=map1s=1:map2s=1:format=yuv420p[luma];"
    "[tinted][luma]"
)


@dataclass(frozen=True)
class Curves:
    """Formulas of ``val``, in the language of ffmpeg's expressions.

    Attributes:
        y: Luma.
        u: Blueness; may hold tints.
        v: Redness, likewise.
        mean_luma: The clip's own; contrast turns around it, so that the clip stays as light as it is.
    """

    y: str = "((val-16)/219)"
    u: str = "(val-128)"
    v: str = "(val-128)"
    mean_luma: float = 0.5

    def filters(self) -> list[str]:
        """Return the filter that applies them; none if nothing changes."""
        if self == Curves(mean_luma=self.mean_luma):
            return []
        y = f"clip(round(16+219*{self.y}),16,235)"
        u, v = (f"clip(round(128+{plane}),16,240)" for plane in (self.u, self.v))
        if _TINT not in self.u:
            return [f"lutyuv=y='{y}':u='{u}':v='{v}'"]
        tint = f"st(0,clip({self.y.replace('val', 'y')}/{_FULL_TINT_LUMA},0,1))"
        y, u, v = (formula.replace("val", "x") for formula in (y, u, v))
        return [f"{_WITH_LUMA}lut2=c0='{y}':c1='{tint};{u}':c2='{tint};{v}'"]


def _scaled(curves: Curves, *, light: float = 1.0, colour: float = 1.0) -> Curves:
    u, v = (f"({plane}*{colour:.4f})" for plane in (curves.u, curves.v))
    return replace(curves, y=f"({curves.y}*{light:.4f})", u=u, v=v)


def _tinted(curves: Curves, *, u: float, v: float) -> Curves:
    return replace(curves, u=f"({curves.u}{u:+.3f}*{_TINT})", v=f"({curves.v}{v:+.3f}*{_TINT})")


def _expose(curves: Curves, effect: Effect) -> Curves:
    return _scaled(curves, light=share_of(effect), colour=share_of(effect))


def _contrast(curves: Curves, effect: Effect) -> Curves:
    mean = f"{curves.mean_luma:.4f}"
    return replace(curves, y=f"({mean}+({curves.y}-{mean})*{share_of(effect):.4f})")


def _saturate(curves: Curves, effect: Effect) -> Curves:
    return _scaled(curves, colour=share_of(effect))


def _warm(curves: Curves, effect: Effect) -> Curves:
    return _tinted(curves, u=-8 * effect.strength, v=8 * effect.strength)


def _cool(curves: Curves, effect: Effect) -> Curves:
    return _tinted(curves, u=8 * effect.strength, v=-8 * effect.strength)


def _night(curves: Curves, effect: Effect) -> Curves:
    """Darken, highlights least; drain the colours as eyes do at night; tint with moonlight."""
    strength = effect.strength
    deep, dim = f"{1 + 0.3 * strength:.4f}", f"{1 / (1 + 0.85 * strength):.4f}"
    dark = replace(curves, y=f"(pow(max({curves.y},0),{deep})*{dim})")
    drained = _scaled(dark, colour=1 / (1 + 0.67 * strength))
    return _tinted(drained, u=8 * min(strength, 2), v=-6 * min(strength, 2))


def _day(curves: Curves, effect: Effect) -> Curves:
    """Lift the shadows most, and add a little sun."""
    strength = effect.strength
    lifted = replace(curves, y=f"(pow(max({curves.y},0),{1 / (1 + 0.4 * strength):.4f})*1.02)")
    return _tinted(_scaled(lifted, colour=1 + 0.12 * strength), u=-2 * strength, v=2 * strength)


def _drain(curves: Curves, effect: Effect) -> Curves:
    # "Slightly black and white" keeps a little colour; from the plain word on none is left.
    return _scaled(curves, colour=max(0.0, 1 - effect.strength))


def _sepia(curves: Curves, effect: Effect) -> Curves:
    toned = _scaled(curves, colour=max(0.0, 1 - effect.strength))
    tint = min(effect.strength, 2.5)
    return _tinted(toned, u=-17 * tint, v=13 * tint)


def _invert(curves: Curves, _effect: Effect) -> Curves:
    return replace(curves, y=f"(1-{curves.y})", u=f"(-{curves.u})", v=f"(-{curves.v})")


# In this order, whatever the order of the words: contrast while the clip's mean is what was measured,
# and colour is drained before it is tinted.
_STEPS: Mapping[EffectKind, Callable[[Curves, Effect], Curves]] = {
    EffectKind.MORE_CONTRAST: _contrast,
    EffectKind.LESS_CONTRAST: _contrast,
    EffectKind.INVERT: _invert,
    EffectKind.DAY: _day,
    EffectKind.NIGHT: _night,
    EffectKind.BRIGHTER: _expose,
    EffectKind.DARKER: _expose,
    EffectKind.MORE_COLOUR: _saturate,
    EffectKind.LESS_COLOUR: _saturate,
    EffectKind.BLACK_AND_WHITE: _drain,
    EffectKind.SEPIA: _sepia,
    EffectKind.WARMER: _warm,
    EffectKind.COOLER: _cool,
}


def needs_mean_luma(effects: Sequence[Effect]) -> bool:
    """Return whether the clip has to be measured first."""
    return any(TRAITS[effect.kind].aspect is Aspect.CONTRAST for effect in effects)


def tone_filters(effects: Sequence[Effect], *, mean_luma: float) -> list[str]:
    """Return the filter for all effects of light and colour; none if there is none.

    Args:
        effects: All effects asked for.
        mean_luma: The clip's, 0 to 1; it matters where ``needs_mean_luma``.
    """
    curves = Curves(mean_luma=mean_luma)
    by_kind = {effect.kind: effect for effect in effects}
    for kind, step in _STEPS.items():
        if kind in by_kind:
            curves = step(curves, by_kind[kind])
    return curves.filters()
