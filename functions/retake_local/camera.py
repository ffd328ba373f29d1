"""A camera that moves over a picture: zoom and hand-held sway, below the pixel."""

import math
import random
from collections.abc import Sequence

from retake.domain.frame_rates import FrameRate
from retake_local.effects import Effect, EffectKind

_ZOOM = 0.25
_MOST_ZOOM = 2.0
_PUSH = 0.06
_SWAY = 0.028
_MOST_SWAY = 0.12
_SWAYS_A_SECOND = 0.95


def camera_filters(effects: Sequence[Effect], *, frames: int, fps: FrameRate, seed: int) -> list[str]:
    """Return the filter that moves the camera; none if nothing asks for it.

    Args:
        effects: All effects asked for.
        frames: Length of the clip.
        fps: Frames a second.
        seed: Where the sway starts, so that variations differ; never how strong it is.
    """
    strengths = {effect.kind: effect.strength for effect in effects}
    closer = min(_MOST_ZOOM, _ZOOM * strengths.get(EffectKind.ZOOM_IN, 0.0))
    wider = min(_MOST_ZOOM, _ZOOM * strengths.get(EffectKind.ZOOM_OUT, 0.0))
    motion = strengths.get(EffectKind.MORE_MOTION, 0.0)
    if not (closer or wider or motion):
        return []
    sway = min(_MOST_SWAY, _SWAY * motion)
    progress = f"(on-1)/{max(1, frames - 1)}"  # the filter counts from 1
    # The picture is enlarged by what the sway needs, so that no edge comes into view.
    zoom = f"({1 / (1 - 2 * sway):.5f}+{closer + min(0.5, _PUSH * motion):.5f}*{progress}"
    zoom += f"+{wider:.5f}*(1-{progress}))"
    across = _wave(sway, fps=fps, phase=_phase(seed, "across"), pace=1.0)
    down = _wave(sway, fps=fps, phase=_phase(seed, "down"), pace=0.83)
    return [_perspective(zoom, across, down)]


def _wave(sway: float, *, fps: FrameRate, phase: float, pace: float) -> str:
    """Return a slow and a quick sine, as a share of the side: at most ``sway``."""
    turn = 2 * math.pi * _SWAYS_A_SECOND * pace / float(fps)
    slow, quick = 0.75 * sway, 0.25 * sway
    return f"({slow:.5f}*sin(on*{turn:.6f}+{phase:.4f})+{quick:.5f}*sin(on*{turn * 2.3:.6f}+{phase:.4f}))"


def _phase(seed: int, axis: str) -> float:
    return random.Random(f"{seed} {axis}").uniform(0, 2 * math.pi)  # noqa: S311 - repeatable, not secret


def _perspective(zoom: str, across: str, down: str) -> str:
    """Return the filter that shows the part of the picture between four moving corners.

    ``crop`` moves by whole pixels and trembles, ``zoompan`` likewise; ``perspective`` interpolates.
    """
    left, right = (f"W*(0.5{sign}0.5/{zoom}+{across})" for sign in "-+")
    top, bottom = (f"H*(0.5{sign}0.5/{zoom}+{down})" for sign in "-+")
    corners = [(left, top), (right, top), (left, bottom), (right, bottom)]
    points = ":".join(f"x{i}='{x}':y{i}='{y}'" for i, (x, y) in enumerate(corners))
    return f"perspective={points}:eval=frame:sense=source:interpolation=linear"
