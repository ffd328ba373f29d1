"""The terminal that commands print on: control characters in text of a server are shown as signs."""

import io
import sys
import unicodedata
from typing import Any

from rich.console import Console
from rich.text import Text

_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that change the direction of what follows, beyond their own cell (Unicode UAX #9, section 2)."""


def replace_unencodable() -> None:
    """Make the standard streams replace characters that their encoding lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def visible(text: str) -> str:
    r"""Return text that a terminal only shows: what would drive it stands there as a sign.

    An escape sequence in a title would recolour, rename or clear the terminal; a NUL has no width and
    shifts every cell after it; a direction mark reverses the rest of the line. Line breaks stay.

    >>> visible("a\x1b[31mb\x00"), visible("x\u202ey")
    ('a␛[31mb␀', 'x�y')
    """
    if text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    code = ord(character)
    if character == "\n" or (character not in _DIRECTION and character.isprintable()):
        return character
    if code < 0x20:  # noqa: PLR2004 - C0 controls have pictures from U+2400 on
        return chr(0x2400 + code)
    if character == "\x7f":
        return "␡"
    # C1 controls, direction marks and lone surrogates have none; joiners and other spaces only look odd.
    shows_nothing = character in _DIRECTION or unicodedata.category(character) in ("Cc", "Cs")
    return "�" if shows_nothing else character


class Terminal(Console):
    """A console that shows control characters instead of obeying them.

    Everything that is printed as ``str``, in a table's cell or a line, passes through ``render_str``.
    """

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 - rich's
        """Return text with rich's markup carried out, and nothing else."""
        return super().render_str(visible(text), **options)
