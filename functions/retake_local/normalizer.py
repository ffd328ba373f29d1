"""From a person's sentence to clauses of words with meanings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from retake_local.lexicon import LEXICON, LONGEST_PHRASE
from retake_local.meanings import ChangeTerm, Meaning, Quote, Role
from retake_local.numbers import NUMBER, plain_digits, read_number


@dataclass(frozen=True)
class Token:
    """A phrase of the sentence and what it means; None where it is not in the lexicon."""

    start: int
    end: int
    meaning: Meaning | None


class Link(Enum):
    """How a clause follows the one before: the closer, the more it may leave unsaid."""

    NEW = auto()
    COMMA = auto()
    WORD = auto()  # "and", "or"


@dataclass(frozen=True)
class Clause:
    """A part of the sentence that is understood, or not, as one.

    Attributes:
        text: The person's own words.
        tokens: In order.
        link: What parts it from the clause before.
    """

    text: str
    tokens: tuple[Token, ...]
    link: Link = Link.NEW


# By their numbers, because they look alike: single and double typographic quotes, dashes.
_SINGLE = "'\u2018\u2019"
_DOUBLE = '"\u201c\u201d\u201e\u00ab\u00bb'
_APOSTROPHE = "\u2019"
_WORD = re.compile(
    rf"""
    {NUMBER}
    | (?P<equals>[:=](?=\s*[-+]?\s?\d))
    | (?P<stop>[,;.!?&+/:|\n\u2013\u2014]+)
    | (?P<word>[^\W_]+°?(?:['{_APOSTROPHE}][^\W_]+)?)
    | (?P<other>[^\s\-_()\[\]*`~{_SINGLE}{_DOUBLE}]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)

_QUOTES = re.compile(
    rf"""[{_DOUBLE}](?P<double>[^{_DOUBLE}]+)[{_DOUBLE}]
    |(?<!\w)[{_SINGLE}](?P<single>[^{_SINGLE}]+(?:[{_SINGLE}](?=\w)[^{_SINGLE}]+)*)[{_SINGLE}](?!\w)""",
    re.VERBOSE,
)

# Words to write that stand without quotes: "write SALE on it", "a caption saying Hello".
_UNQUOTED = re.compile(
    r"""\b(?:write|saying|that\ says|which\ says|that\ reads|the\ words?|(?:the|a)\ (?:text|title|caption)
    (?:\ (?:saying|that\ says|reading|of))?)
    \s+(?!(?:text|title|caption|words?|on|to|at|over|in|the|a|an|saying|that|which|reading|of|it|and|but)\b)
    (?P<text>[^",;!?]+?)
    (?=\s+(?:on|over|across|onto|at|in|to)\s+(?:it|them|top|the|all|each|every|this|these|screen|clips?)\b
    |\s+(?:and|but|then)\s|\s*[,;.!?]|\s*$)""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    normal: str
    meaning: Meaning | None = None


def read_clauses(instruction: str) -> list[Clause]:
    """Split an instruction into clauses at and, but, commas and the like.

    Args:
        instruction: Any text.
    """
    return list(_clauses(instruction, list(_tokens(list(_words(instruction))))))


def _words(text: str) -> Iterator[_Word]:
    """Yield numbers, stops and words in one spelling; written text as one quote."""
    position = 0
    for start, end, quote in _written(text):
        yield from _plain_words(text, position, start)
        yield _Word(start, end, "", Quote(quote))
        position = end
    yield from _plain_words(text, position, len(text))


def _written(text: str) -> list[tuple[int, int, str]]:
    """Find what is to be written: spans of the sentence, with the words themselves."""
    quoted = [(m.start(), m.end(), (m["double"] or m["single"]).strip()) for m in _QUOTES.finditer(text)]
    if quoted:
        return [(start, end, words) for start, end, words in quoted if words]
    found = _UNQUOTED.search(text)
    return [(found.start("text"), found.end("text"), found["text"])] if found else []


def _plain_words(text: str, start: int, end: int) -> Iterator[_Word]:
    for match in _WORD.finditer(plain_digits(text), start, end):
        if not match["equals"]:  # "brightness: 70%" is "brightness 70%"
            yield _word(match)


def _word(match: re.Match[str]) -> _Word:
    if match["number"] or match["multiple"]:
        # Under a name that no phrase has: a number that cannot be read is not understood.
        return _Word(match.start(), match.end(), "", read_number(match))
    return _Word(match.start(), match.end(), _normal(match))


def _normal(match: re.Match[str]) -> str:
    if match["stop"]:
        return "and" if "&" in match["stop"] or "+" in match["stop"] else ","
    word = match[0].lower().replace(_APOSTROPHE, "'")
    for american, british in (("color", "colour"), ("center", "centre"), ("gray", "grey")):
        word = word.replace(american, british)
    return re.sub(r"(sharpen|blur|dark|light|satur|stabil|minim)(\w*)iz", r"\1\2is", word)


def _tokens(words: Sequence[_Word]) -> Iterator[Token]:
    """Look the longest phrases up, from left to right."""
    index = 0
    while index < len(words):
        length, meaning = _longest(words, index)
        yield Token(words[index].start, words[index + length - 1].end, meaning)
        index += length


def _longest(words: Sequence[_Word], index: int) -> tuple[int, Meaning | None]:
    if words[index].meaning is not None:
        return 1, words[index].meaning
    if words[index].normal == ",":
        return 1, Role.SPLIT
    for length in range(min(LONGEST_PHRASE, len(words) - index), 0, -1):
        found = LEXICON.get(" ".join(word.normal for word in words[index : index + length]))
        if found is not None:
            return length, found
    return 1, None


@dataclass
class _Draft:
    tokens: list[Token] = field(default_factory=list)
    link: Link = Link.NEW


def _clauses(text: str, tokens: Sequence[Token]) -> Iterator[Clause]:
    draft = _Draft()
    for token in tokens:
        if token.meaning in {Role.SPLIT, Role.JOIN}:
            link = _link(text, token)
            if draft.tokens:
                yield _clause(text, draft)
                draft = _Draft(link=link)
            else:  # ", and": the word says more than the comma; ". And" and "but" start anew
                draft.link = Link.NEW if Link.NEW in {draft.link, link} else link
        elif _starts_clause(token, draft):
            yield _clause(text, draft)
            draft = _Draft([token])
        else:
            draft.tokens.append(token)
    if draft.tokens:
        yield _clause(text, draft)


def _link(text: str, token: Token) -> Link:
    if token.meaning is Role.JOIN:
        return Link.WORD
    return Link.COMMA if text[token.start : token.end].strip() == "," else Link.NEW


def _starts_clause(token: Token, draft: _Draft) -> bool:
    """Return whether a negation or a "keep" opens a clause of its own: "warmer without blur"."""
    opens = token.meaning in {Role.KEEP, Role.NOT, Role.DO_NOT}
    return opens and any(isinstance(earlier.meaning, ChangeTerm | Quote) for earlier in draft.tokens)


def _clause(text: str, draft: _Draft) -> Clause:
    words = text[draft.tokens[0].start : draft.tokens[-1].end]
    return Clause(text=words, tokens=tuple(draft.tokens), link=draft.link)
