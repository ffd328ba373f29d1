"""Writing on the picture."""

import textwrap
from collections.abc import Sequence

from retake.domain.media import MediaProfile
from retake_local.effects import Effect, EffectKind, TextPlace

_LINE_SHARE = 0.9
_LETTER_WIDTH = 0.52
"""Mean width of Hanken Grotesk's letters, as a share of the font size."""

_MOST_LINES = 3
_ROWS = {TextPlace.TOP: "h*0.07", TextPlace.MIDDLE: "(h-text_h)/2", TextPlace.BOTTOM: "h*0.93-text_h"}


def caption_filters(
    effects: Sequence[Effect], *, profile: MediaProfile, font: str
) -> tuple[list[str], dict[str, str]]:
    """Return the filters that write, and the text files that they read.

    The words are never part of a filter: a file with ``expansion=none`` is the only way in which no
    character of them has a meaning to ffmpeg.
    """
    filters, files = [], {}
    texts = [effect for effect in effects if effect.kind is EffectKind.TEXT]
    for index, effect in enumerate(texts):
        name = f"caption-{index}.txt"
        size, files[name] = _fit_text(effect.text, profile)
        row = f"{_ROWS[effect.place]}{_step(index, effect.place, size)}"
        filters.append(
            f"drawtext=fontfile={font}:textfile={name}:expansion=none:fontcolor=white:fontsize={size}"
            f":text_align=C:x=(w-text_w)/2:y={row}:borderw={max(1, size // 16)}:bordercolor=black@0.7"
        )
    return filters, files


def _step(index: int, place: TextPlace, size: int) -> str:
    sign = "-" if place is TextPlace.BOTTOM else "+"
    return "" if index == 0 else f"{sign}{round(index * size * 1.3)}"


def _fit_text(text: str, profile: MediaProfile) -> tuple[int, str]:
    """Choose the largest of a few sizes at which the words fit into three lines."""
    size, lines = 0, [text]
    for share in (0.11, 0.09, 0.07, 0.05):
        size = max(8, round(share * min(profile.height, profile.width)))
        letters = max(1, int(_LINE_SHARE * profile.width / (size * _LETTER_WIDTH)))
        lines = textwrap.wrap(text, letters) or [text]
        if len(lines) <= _MOST_LINES:
            break
    return size, "\n".join(lines)
