"""How long the texts may be that say why something did not succeed, and those listed with them. Pure.

They come from providers, tools and AWS, and have no bound of their own; titles are listed once for each
take. What they are written to has bounds: an item of DynamoDB (400 KB), the state of an execution (256 KB),
its cause (32,768 characters), a message of SQS (256 KB). Whatever puts a reason into a record shortens it
here, so that 300 takes that fail, in any words, still end.

All bounds are bytes of UTF-8, as AWS counts: 600 bytes are 600 letters of English, 200 of Japanese.

References:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

import unicodedata

MAX_REASON_BYTES = 600
"""One reason: of a clip, a take, a file."""

MAX_CAUSE_BYTES = 8_000
"""A cause: the reasons of many clips in one text."""

STEP_REASON_BYTES = 200
"""A reason as a step of an execution answers it, where a person reads it in the console: the record has all
of it. 500 of them, all of quotation marks (two bytes each in JSON), stay below 256 KB."""

LISTED_REASONS_BYTES = 100_000
"""The reasons of all takes of a batch together, in its record and in its last event."""

LISTED_TITLES_BYTES = 60_000
"""The titles of all takes of a batch together, once in its price and once in its results."""

MOST_TAKES = 500
"""Takes of one batch: with the bounds above and some 300 bytes for each, a record stays below 400 KB."""

_GAP = " … "


def shorten(text: str, most_bytes: int) -> str:
    """Return a text of at most ``most_bytes``; of a longer one the first two thirds and the last third.

    The last words of a traceback say what happened, the last letters of a file's name what it is.

    >>> shorten("short", 20), shorten("a long text that does not fit", 20)
    ('short', 'a long tex … not fit')
    """
    raw = text.encode(errors="replace")
    if len(raw) <= most_bytes:
        return text
    room = most_bytes - len(_GAP.encode())
    tail = room // 3
    first = raw[: room - tail].decode(errors="ignore")
    last = raw[len(raw) - tail :].decode(errors="ignore")
    return f"{first.rstrip()}{_GAP}{last.lstrip()}"


def short_reason(text: str) -> str:
    r"""Return a reason as it is stored and shown: one line that can be printed, no longer than allowed.

    >>> short_reason("Traceback:\n  line 1\x00")
    'Traceback: line 1'
    """
    printable = "".join(mark if mark.isprintable() else " " for mark in text)
    return shorten(" ".join(printable.split()), MAX_REASON_BYTES)


def short_cause(text: str) -> str:
    """Return a cause as it is stored and shown."""
    return shorten(text, MAX_CAUSE_BYTES)


def listed_reason(text: str | None, *, count: int) -> str | None:
    """Return a reason as it is listed among those of ``count`` takes."""
    if text is None:
        return None
    return shorten(short_reason(text), min(MAX_REASON_BYTES, LISTED_REASONS_BYTES // count))


def listed_title(title: str, *, count: int) -> str:
    """Return a title as it is listed among those of ``count`` takes: whole, unless there are very many."""
    return shorten(title, LISTED_TITLES_BYTES // count)


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
