"""Whether a text shows anything: spaces, controls and marks alone do not, whatever their number."""

import unicodedata

_SHOWS_NOTHING = frozenset({"Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp", "Mn", "Me"})

_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and symbols without ink: fillers of Hangul, inherent vowels of Khmer, the empty Braille pattern.

References:
    https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt (Default_Ignorable_Code_Point)
"""


def is_blank(text: str) -> bool:
    r"""Return whether a text has no character that can be seen.

    >>> is_blank(""), is_blank(" \u200b\ufeff"), is_blank("\u0301"), is_blank("a\u0301")
    (True, True, True, False)
    """
    return all(
        character in _BLANK_LETTERS or unicodedata.category(character) in _SHOWS_NOTHING for character in text
    )
