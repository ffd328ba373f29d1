"""Bodies: of requests, only JSON objects and nothing in them that cannot be kept; of answers, compressed.

What a server would trip over later is refused here, at the one place every body passes: text that is no
Unicode, numbers of thousands of digits, nesting that no request has. Answers are compressed because API
Gateway's HTTP APIs do not do it.

References:
    RFC 9110, sections 8.4 (Content-Encoding) and 12.5.3 (Accept-Encoding).
"""

import base64
import gzip
import json
import math
import re
import string
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from retake.domain.errors import (
    Fault,
    InvalidRequestError,
    MalformedBodyError,
    UnsupportedMediaTypeError,
)

JSON_TYPE = "application/json"
MAX_DEPTH = 32
"""Levels of nesting; the deepest request has five."""
MAX_DIGITS = 30
"""Digits of a whole number; the largest that any field takes has sixteen."""

LONG_ANSWER = 1_400
"""In letters. A shorter answer is sent in one packet either way: 1,500 bytes of Ethernet less its headers."""

PACKING_LEVEL = 4
"""Of a job of 100 clips, 206 kB, it leaves 22 kB in 1.2 ms of a processor; the highest 21 kB in 2.3 ms."""

_WEIGHT = r";\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*"
"""Any but 0, which refuses."""
_TAKES_GZIP = re.compile(rf"(?:^|,)\s*gzip\s*(?:{_WEIGHT})?(?:,|$)", re.IGNORECASE)

OBJECT = 'Send a JSON object, such as {"name": "value"}.'
HALF_A_PAIR = "This text has half of a surrogate pair; send whole characters."
REFUSED = "The request cannot be accepted."


def require_json(content_type: str, *, has_body: bool) -> None:
    """Refuse a body that is no JSON by its own account; one without a content type is read as JSON.

    Raises:
        UnsupportedMediaTypeError: If it is of another media type.
    """
    media_type = content_type.split(";", maxsplit=1)[0].strip().lower()
    if has_body and media_type not in {"", JSON_TYPE}:
        raise UnsupportedMediaTypeError(
            f"Send the body as {JSON_TYPE}; this is {_shown(media_type)}. Files are sent by the form that "
            "POST /uploads answers."
        )


def read_json(text: str) -> dict[str, Any]:
    """Return a body's object.

    Raises:
        MalformedBodyError: If it is no JSON.
        InvalidRequestError: If it is no object, or holds what cannot be kept.
    """
    try:
        body = json.loads(
            text, parse_int=_read_int, parse_constant=_refuse_constant, object_pairs_hook=_read_object
        )
    except json.JSONDecodeError as error:
        raise MalformedBodyError(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise _too_deep() from error
    faults = list(_faults_in(body, "", 0))
    if faults:
        raise InvalidRequestError(REFUSED, faults=faults)
    if not isinstance(body, dict):
        raise InvalidRequestError(REFUSED, faults=[Fault("body", OBJECT)])
    return body


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose names are each given once: of two values neither is surely what is meant."""
    content = dict(pairs)
    if len(content) < len(pairs):
        names = Counter(name for name, _ in pairs)
        twice = next(name for name, count in names.items() if count > 1)
        raise MalformedBodyError(
            f"The body gives {_shown(twice)} more than once in one object; give it once."
        )
    return content


def _read_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        detail = f"A number has {len(digits)} digits; none that is taken has more than {MAX_DIGITS}."
        raise InvalidRequestError(REFUSED, faults=[Fault("body", detail)])
    return int(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedBodyError(f"The body is not JSON: {name} is no number.")


def _too_deep() -> MalformedBodyError:
    return MalformedBodyError(f"The body is nested more than {MAX_DEPTH} levels deep.")


def _faults_in(value: object, place: str, depth: int) -> Iterator[Fault]:
    if depth > MAX_DEPTH:
        raise _too_deep()
    if isinstance(value, dict):
        yield from _faults_of_object(value, place, depth)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _faults_in(item, f"{place}[{index}]", depth + 1)
    elif isinstance(value, str) and not (value.isascii() or is_unicode(value)):
        yield Fault(place or "body", HALF_A_PAIR)
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault(place or "body", "This number is too large.")


def _faults_of_object(value: Mapping[str, object], place: str, depth: int) -> Iterator[Fault]:
    for name, item in value.items():
        if name.isascii() or is_unicode(name):
            yield from _faults_in(item, f"{place}.{name}" if place else name, depth + 1)
        else:
            yield Fault(place or "body", f"A field's name: {HALF_A_PAIR}")


def compress(answer: dict[str, Any], accepted: str) -> dict[str, Any]:
    """Return a long answer, its body compressed where the client takes it.

    Args:
        answer: Of a Lambda function to API Gateway, in its format 2.0.
        accepted: The request's ``Accept-Encoding``, or nothing.
    """
    headers = {**answer["headers"], "Vary": "Accept-Encoding"}
    if _TAKES_GZIP.search(accepted) is None:
        return {**answer, "headers": headers}
    packed = gzip.compress(answer["body"].encode(), PACKING_LEVEL, mtime=0)
    return {
        **answer,
        "headers": {**headers, "Content-Encoding": "gzip"},
        "body": base64.b64encode(packed).decode(),
        "isBase64Encoded": True,
    }


def is_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8: halves of surrogate pairs cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(given: str) -> str:
    """Return a media type or a name as it may be repeated in an answer."""
    kept = "".join(letter for letter in given[:60] if letter in string.printable)
    return repr(kept)
