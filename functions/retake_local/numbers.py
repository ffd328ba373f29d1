"""Numbers in an instruction: their digits, signs and units, in any script and with either decimal point."""

import re
import unicodedata

from retake_local.meanings import Factor, Meaning, Percent, Target

_MINUS = "\u2010\u2011\u2212\ufe63\uff0d"
_DASH = re.compile(r"(?<!\S)[\u2012\u2013](?=\d)")
"""A dash that stands right before a number is a minus; elsewhere it parts clauses."""

_PERCENT = "\u066a\ufe6a\uff05"
_PLUS = "\ufe62\uff0b"
_POINT = "\u066b\uff0e"

NUMBER = r"""
    (?<![\d%])(?P<sign>-\ |[-+]|(?:minus|negative|plus)\s+)?
    (?P<number>(?:\d[\d.,']*|\.\d+)(?:[eE][-+]?\d+)?)\s*
    (?P<unit>%|percent\b|per\s+cent\b|pct\b|[x\u00d7](?!\w)|times\b|[- ]?fold\b)
    | (?P<times>[x\u00d7])\s?(?P<multiple>\d+(?:[.,]\d+)?)(?!\w)
"""
"""A number with its unit, in text that ``plain_digits`` returned; verbose, for ``re.IGNORECASE``."""

_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL = re.compile(r"\d*[.,]?\d+(?:[eE][-+]?\d+)?")
_CHANGE = re.compile(r"\bby\s+$", re.IGNORECASE)
_TARGET = re.compile(r"(?:\bto|\bat)\s+$", re.IGNORECASE)
_COMPARED = re.compile(r"\s+as\b", re.IGNORECASE)


def plain_digits(text: str) -> str:
    r"""Return a text of the same length in which digits, signs, points and percent signs are those of ASCII.

    >>> plain_digits("\u2212\uff15\uff10\uff05")
    '-50%'
    """
    return "".join(map(_plain, _DASH.sub("-", text)))


def _plain(character: str) -> str:
    if character.isascii():
        return character
    for others, plain in ((_MINUS, "-"), (_PLUS, "+"), (_PERCENT, "%"), (_POINT, ".")):
        if character in others:
            return plain
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    return character


def read_number(match: re.Match[str]) -> Meaning | None:
    """Return what a match of ``NUMBER`` means; None where it cannot be said for sure.

    "to 70 %" and "70 % as bright" name what is to come out, "by 70 %" a change. In "- 50 %" the hyphen may
    part clauses or begin an item of a list as well as be a minus.
    """
    if match["multiple"]:
        return Factor(float(match["multiple"].replace(",", ".")))
    number = _value(match["number"])
    sign = (match["sign"] or "").rstrip("\t\n").lower()
    if number is None or sign == "- ":
        return None
    if sign.strip() in {"-", "minus", "negative"}:
        number = -number
    if match["unit"][0] in "%pP":
        before = match.string[: match.start()]
        is_compared = _COMPARED.match(match.string, match.end()) is not None
        if not sign and (is_compared or _TARGET.search(before)):
            return Target(number / 100, is_compared=is_compared)
        return Percent(number, is_signed=bool(sign), is_change=bool(_CHANGE.search(before)))
    return None if number < 0 else Factor(number)


def _value(written: str) -> float | None:
    """Return a number; "12,5" is twelve and a half, "1,000" a thousand, "1.000,5" nothing for sure."""
    if _GROUPED.fullmatch(written):
        return float(written.replace(",", ""))
    return float(written.replace(",", ".")) if _DECIMAL.fullmatch(written) else None
