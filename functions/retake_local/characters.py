"""Which characters can be written: those that the font has, set one after the other."""

import struct
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from retake.domain.errors import MediaToolError, ProviderRejectedError

MAX_CHARACTERS = 120
"""What is written at most: three lines that can be read."""

_MOST_NAMED = 10
_SEGMENTS, _GROUPS = 4, 12
_UNICODE = {(3, 10): 0, (0, 4): 1, (0, 6): 1, (3, 1): 2, (0, 3): 2}
"""Platform and encoding of tables with Unicode's characters, the largest first."""

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_MARKS_AND_CONTROLS = frozenset({"Mn", "Me", "Mc", "Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def require_writable(text: str, font: Path) -> None:
    """Check that a text can be written as it is.

    Args:
        text: As ``composed`` returns it.
        font: An OpenType or TrueType file.

    Raises:
        ProviderRejectedError: Naming what cannot be written.
        MediaToolError: If the font cannot be read.
    """
    if len(text) > MAX_CHARACTERS:
        raise ProviderRejectedError(
            f"At most {MAX_CHARACTERS} characters can be written on a clip; this text has {len(text)}."
        )
    known = characters_of(font)
    missing = dict.fromkeys(character for character in text if not _is_writable(character, known))
    if missing:
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        names = ", ".join(map(_name, list(missing)[:_MOST_NAMED]))
        raise ProviderRejectedError(
            f"These characters cannot be written with the font there is: {names}{more}. Leave them out."
        )


def composed(text: str) -> str:
    """Return a text with letters and their accents in one character each, and any space as a space."""
    return " ".join(unicodedata.normalize("NFC", text).split(None))


def _is_writable(character: str, known: frozenset[int]) -> bool:
    """Whether the font has it, and it neither joins the one before nor runs to the left."""
    return (
        ord(character) in known
        and unicodedata.category(character) not in _MARKS_AND_CONTROLS
        and unicodedata.bidirectional(character) not in _RIGHT_TO_LEFT
    )


def _name(character: str) -> str:
    """Return a character as it can be seen: those that cannot, by number and name."""
    if unicodedata.category(character) in _MARKS_AND_CONTROLS or character.isspace():
        name = unicodedata.name(character, "")
        return f"U+{ord(character):04X}{f' ({name.lower()})' if name else ''}"
    return f"“{character}”"


@lru_cache(maxsize=4)
def characters_of(font: Path) -> frozenset[int]:
    """Return the code points for which a font has a glyph.

    Raises:
        MediaToolError: If it is no font that can be read.

    References:
        https://learn.microsoft.com/typography/opentype/spec/cmap (formats 4 and 12)
    """
    try:
        return frozenset(_mapped(_cmap(font.read_bytes())))
    except (OSError, struct.error, LookupError, ValueError) as exc:
        raise MediaToolError(f"The font {font.name} cannot be read.") from exc


def _cmap(font: bytes) -> bytes:
    """Return the best subtable of a font's ``cmap``, and what follows it."""
    (tables,) = struct.unpack_from(">H", font, 4)
    entries = (struct.unpack_from(">4sIII", font, 12 + 16 * index) for index in range(tables))
    start = {tag: offset for tag, _, offset, _ in entries}[b"cmap"]
    (count,) = struct.unpack_from(">H", font, start + 2)
    records = [struct.unpack_from(">HHI", font, start + 4 + 8 * index) for index in range(count)]
    known = [
        (_UNICODE[platform, kind], offset)
        for platform, kind, offset in records
        if (platform, kind) in _UNICODE
    ]
    return font[start + min(known)[1] :]


def _mapped(table: bytes) -> Iterable[int]:
    (kind,) = struct.unpack_from(">H", table, 0)
    if kind == _GROUPS:
        return _of_groups(table)
    if kind == _SEGMENTS:
        return _of_segments(table)
    raise ValueError(f"cmap format {kind}")


def _of_groups(table: bytes) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", table, 12)
    for index in range(count):
        first, last, glyph = struct.unpack_from(">III", table, 16 + 12 * index)
        yield from (code for code in range(first, last + 1) if glyph + code - first)


def _of_segments(table: bytes) -> Iterator[int]:
    (twice,) = struct.unpack_from(">H", table, 6)
    count = twice // 2
    columns = (14, 16 + twice, 16 + 2 * twice, 16 + 3 * twice)
    ends, starts, deltas, offsets = (struct.unpack_from(f">{count}H", table, at) for at in columns)
    for index in range(count):
        for code in range(starts[index], ends[index] + 1):
            glyph = code
            if offsets[index]:
                at = columns[3] + 2 * index + offsets[index] + 2 * (code - starts[index])
                (glyph,) = struct.unpack_from(">H", table, at)
                if not glyph:
                    continue
            if (glyph + deltas[index]) % 0x10000:
                yield code
