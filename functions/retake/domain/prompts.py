"""One prompt of two texts: what a clip shows, and what is to change about it.

A video model is given what to show; a user writes what to do ("make it nighttime"). The merge drops the
words that only command, and lets what was said last stand. It knows a few English phrases and leaves
everything else as it is: it is read by models, and by the people who look at a version's prompt.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_PROMPT_CHARS = 2000
"""Length of a prompt; providers take 2,000 characters and more."""

_SEPARATOR = re.compile(r"(, |; |[.!?] )")
_EDGES = " ,;.!?"

_THIS = r"(?:it|this|that|everything|(?:the|this) (?:clip|video|scene|shot|take|picture))"
_VERBS = r"(?:make|add|remove|turn|change|give|set)"
_NEXT_REQUEST = re.compile(rf",? (?:and|then|and then) (?=(?:please )?{_VERBS} )", re.IGNORECASE)
_POLITE = re.compile(r"^(?:(?:please|(?:can|could|would) you) )+", re.IGNORECASE)
_PLEASE = re.compile(r",? please[.!?]*$", re.IGNORECASE)

_COMMANDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), shown)
    for pattern, shown in (
        (rf"^(?:make|turn|set) {_THIS} (?:(?:look|appear|feel|be|into|to|in) )*(?P<what>.+)$", ""),
        (rf"^(?:change|convert|transform) {_THIS} (?:in)?to (?P<what>.+)$", ""),
        (r"^make (?!sure\b)(?P<what>.+)$", ""),
        (r"^add (?P<what>.+)$", "with "),
        (rf"^give {_THIS} (?P<what>.+)$", "with "),
        (r"^(?:remove|delete|get rid of) (?P<what>.+)$", "without "),
    )
)
"""How instructions are worded, and what a description of the same begins with."""

_DEGREE = re.compile(r"^(?:(?:a bit|a little|a lot|slightly|somewhat|much|far|even|very) )+")
_ONE_OF_A_KIND = {
    phrase: kind
    for kind, phrases in {
        "time of day": "night|at night|nighttime|night-time|day|by day|daytime|dawn|at dawn|morning"
        "|in the morning|sunrise|at sunrise|noon|at noon|midday|golden hour|evening|in the evening|dusk"
        "|at dusk|sunset|at sunset|midnight|at midnight",
        "light": "brighter|lighter|darker|dimmer",
        "warmth": "warmer|cooler|colder|warmer colors|cooler colors|colder colors"
        "|warmer colours|cooler colours|colder colours",
        "speed": "faster|slower|in slow motion",
    }.items()
    for phrase in phrases.split("|")
}
"""Things of which a clip has one: the later word takes the place of the earlier."""


@dataclass(frozen=True)
class _Part:
    """A part of a prompt between commas or full stops, and what stands before it."""

    before: str
    text: str

    @property
    def subject(self) -> str:
        """Return what it is about: two parts about the same do not both belong in a prompt."""
        folded = _capitalised(self.text).casefold()
        return _ONE_OF_A_KIND.get(_DEGREE.sub("", folded), folded)


def merge_prompt(prompt: str, instruction: str, *, max_chars: int = MAX_PROMPT_CHARS) -> str:
    """Return what a clip shall show once an instruction is carried out.

    What the instruction says again, or replaces, is taken out of the prompt first: a merge with the
    same words changes nothing, so prompts do not grow with every try. The instruction is kept whole
    before the prompt is; if all of it is too long, the end of the prompt gives way.

    Args:
        prompt: What the clip shows, as far as known; may be empty.
        instruction: What a person wants changed.
        max_chars: How long the result may be.

    >>> merge_prompt("a street in the rain", "make it nighttime")
    'a street in the rain, nighttime'
    >>> merge_prompt("a street in the rain, nighttime", "Please make it daytime and add more people.")
    'a street in the rain, daytime, with more people'
    >>> merge_prompt("A fox in snow. It turns its head.", "zoom in slowly")
    'A fox in snow. It turns its head. Zoom in slowly'
    """
    parts = _latest([_Part(part.before, _described(part.text)) for part in _parts(_apart(instruction))])
    said = {part.subject for part in parts}
    scene = _joined([part for part in _parts(_spaced(prompt)) if part.subject not in said])
    change = _cut(_joined(parts), max_chars)
    if not change:  # nothing but punctuation
        return _cut(scene, max_chars)
    scene = _cut(scene, max_chars - len(change) - len(". "))
    if not scene:
        return change
    if change[:1].isupper() or re.search(r"[.!?] ", scene):
        return f"{scene}. {_capitalised(change)}"
    return f"{scene}, {change}"


def _parts(text: str) -> list[_Part]:
    pieces = ["", *_SEPARATOR.split(text)]
    return [
        _Part(before, part)
        for before, piece in zip(pieces[::2], pieces[1::2], strict=True)
        if (part := piece.strip(_EDGES))
    ]


def _joined(parts: Sequence[_Part]) -> str:
    return "".join(f"{part.before if index else ''}{part.text}" for index, part in enumerate(parts))


def _latest(parts: Sequence[_Part]) -> list[_Part]:
    """Return the parts without those that a later one says again, or replaces."""
    return [
        part
        for index, part in enumerate(parts)
        if part.subject not in {later.subject for later in parts[index + 1 :]}
    ]


def _apart(instruction: str) -> str:
    """Return an instruction of several parts as a list of them."""
    return _NEXT_REQUEST.sub(", ", _PLEASE.sub("", _spaced(instruction)))


def _described(part: str) -> str:
    """Return a part as the description of its result; as it is, if its wording is not known."""
    part = _POLITE.sub("", part) or part
    for pattern, shown in _COMMANDS:
        found = pattern.match(part)
        if found is not None:
            return f"{shown}{found['what']}"
    return part


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(text: str, max_chars: int) -> str:
    """Return as many of a text's first words as fit; a word that is longer than that is cut."""
    if len(text) <= max_chars:
        return text
    words = _fitting(text, max(0, max_chars))
    return (words or text[: max(0, max_chars)]).rstrip(_EDGES)


def _fitting(text: str, max_chars: int) -> str:
    head = text[: max_chars + 1]
    return head.rpartition(" ")[0]
