"""Templates: a prompt with its settings, kept under a name to be used again. Pure.

A prompt may have placeholders, such as ``{animal}``. Whatever else stands in braces is text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.reasons import is_blank

NAME_CHARS = 100

_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,39})\}")


@dataclass(frozen=True)
class TemplateWords:
    """What a user decides about a template; None leaves a choice to the catalogue.

    Attributes:
        seconds: Length as written, such as ``8`` or ``7.5``.
        variations: How many takes of the prompt are asked for together; None for one video.
    """

    name: str
    prompt: str
    title: str | None = None
    model: str | None = None
    size: str | None = None
    seconds: str | None = None
    variations: int | None = None
    project_id: str | None = None


@dataclass(frozen=True)
class Template:
    """A template as it is kept.

    Attributes:
        revision: Grows with every change; the guard of every change.
        request_hash: Hash of the request that made it, for repeats.
    """

    template_id: str
    user_id: str
    words: TemplateWords
    created_at: datetime
    changed_at: datetime
    revision: int = 1
    request_hash: str = ""


def name_key(name: str) -> str:
    """Return the key by which names are compared: without case and spaces.

    >>> name_key("  Winter   Fox ")
    'winter fox'
    """
    return " ".join(name.split()).casefold()


def placeholders_of(prompt: str) -> tuple[str, ...]:
    """Return the placeholders of a prompt, each once, in their order.

    >>> placeholders_of("a {animal} in {place}, the {animal} sleeps; {not one}")
    ('animal', 'place')
    """
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(prompt)))


def fill_placeholders(prompt: str, values: Mapping[str, str]) -> str:
    """Return the prompt with its placeholders filled; a value is text, whatever stands in it.

    >>> fill_placeholders("a red {animal} in {place}", {"animal": "fox", "place": "{snow}"})
    'a red fox in {snow}'

    Raises:
        InvalidRequestError: Naming each placeholder without a value, and each value without a placeholder.
    """
    wanted = placeholders_of(prompt)
    faults = [
        Fault(f"values.{name}", f"Say what stands for {{{name}}}.")
        for name in wanted
        if is_blank(values.get(name, ""))
    ]
    known = ", ".join(wanted) or "none"
    faults += [
        Fault(f"values.{name}", f"The prompt has no {{{name}}}; it has: {known}.")
        for name in values
        if name not in wanted
    ]
    if faults:
        raise InvalidRequestError("The template could not be filled; nothing was started.", faults=faults)
    return _PLACEHOLDER.sub(lambda found: values[found[1]].strip(), prompt)
