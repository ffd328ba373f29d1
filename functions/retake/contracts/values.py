"""Kinds of values that requests are made of: strict, so that nothing is taken for what it is not."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    JsonValue,
    PlainValidator,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from retake.contracts.common import Money
from retake.domain.reasons import is_blank

MAX_ID_CHARS = 64
ID_PATTERN = r"^[A-Za-z0-9_-]+$"
SECONDS_PATTERN = r"^\d{1,5}(\.\d{1,6})?$"
DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})")

REFUSED = "refused"
"""Type of the validation errors raised here; what they say is meant for people."""

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=MAX_ID_CHARS)]
"""An identifier that an answer gave."""

FROM_ONE: dict[str, JsonValue] = {"minimum": 1}
"""For the document alone: the services check it, and say what is offered instead."""

Whole = Annotated[int, Strict()]
"""A whole number: no ``true``, no ``"1"``, no ``1.0``."""


def _refusal(sentence: str) -> PydanticCustomError:
    return PydanticCustomError(REFUSED, sentence)


def _read_seconds(value: object) -> str | int | float:
    if isinstance(value, str) and re.fullmatch(SECONDS_PATTERN, value):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise ValueError('give seconds as a number such as 7.5, or as text such as "8"')


Seconds = Annotated[
    str | int | float,
    PlainValidator(_read_seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                {"type": "string", "pattern": SECONDS_PATTERN},
            ],
            "examples": ["5", 7.5],
        }
    ),
]
"""A length in seconds: a number, or the same number as text, such as video providers take it."""


def _require_text(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and DATE_TIME.fullmatch(value)):
        return value
    raise _refusal("give a moment with its time zone, such as 2026-12-01T08:00:00+01:00")


RequestedMoment = Annotated[AwareDatetime, BeforeValidator(_require_text)]
"""RFC 3339, with its zone; a number of seconds since 1970 is no moment here."""


def _require_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _refusal("give an amount in US dollars as a number, such as 12.5")
    return value


Amount = Annotated[Money, BeforeValidator(_require_number, json_schema_input_type=float)]
"""US dollars in a request: a JSON number, as in answers."""


def _trim(value: str) -> str:
    if is_blank(value):
        raise _refusal("give it a name that can be seen")
    return " ".join(value.split())


def _require_visible(value: str) -> str:
    if is_blank(value) and value.strip():
        raise _refusal("none of its characters can be seen; leave it out, or write a title")
    return value


Title = Annotated[str, StringConstraints(max_length=200), AfterValidator(_require_visible)]
"""A title that a person gives; one of spaces only is none."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_trim)]
"""A name that a person gives: spaces at its ends and runs of them do not count."""
