"""Messages for fields that fail validation, under the names that the client sent."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from retake.api.http.parameters import HEADER_NAMES
from retake.contracts.values import REFUSED
from retake.domain.errors import Fault

PLACES = frozenset({"body", "query", "path", "header"})

OTHERWISE = "This value cannot be accepted."
OBJECT = "Give an object."
WHOLE = "Give a whole number, such as 2: no text, no fraction."
NUMBER = "Give a number."
MOMENT = "Give a moment with its time zone, such as 2026-12-01T08:00:00+01:00."
DECIMAL_PLACES = "Give at most {decimal_places} decimal places."

SENTENCES: Mapping[str, str] = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field; remove it, or check its spelling.",
    "string_type": "Give text.",
    "string_unicode": "This text has half of a surrogate pair; send whole characters.",
    "string_too_short": "Give text of {min_length} or more characters.",
    "string_too_long": "At most {max_length} characters are allowed.",
    "string_pattern_mismatch": "It does not have the form {pattern}.",
    "bool_type": "Give true or false.",
    "bool_parsing": "Give true or false.",
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "decimal_type": NUMBER,
    "decimal_parsing": NUMBER,
    "finite_number": NUMBER,
    "decimal_max_places": DECIMAL_PLACES,
    "decimal_max_digits": "Give at most {max_digits} digits.",
    "greater_than": "Give more than {gt}.",
    "greater_than_equal": "Give {ge} or more.",
    "less_than": "Give less than {lt}.",
    "less_than_equal": "Give {le} or less.",
    "multiple_of": "Give a multiple of {multiple_of}.",
    "too_short": "Give at least {min_length}.",
    "too_long": "Give at most {max_length}.",
    "list_type": "Give a list.",
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "enum": "Choose one of {expected}.",
    "literal_error": "Choose one of {expected}.",
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "timezone_aware": MOMENT,
}
"""What each of pydantic's errors says here."""

_REFERENCE = "Send the file as POST /uploads says, and name the upload in 'reference_upload_id'."
_UPLOAD = "Send the file as POST /uploads says, and name the upload in 'upload_id'."

OTHER_NAMES: Mapping[str, str] = {
    **dict.fromkeys(
        ("image_reference", "input_reference", "reference", "reference_image", "image", "image_url"),
        _REFERENCE,
    ),
    **dict.fromkeys(("file", "video", "video_url", "upload"), _UPLOAD),
    **dict.fromkeys(("duration", "duration_s", "duration_seconds", "length"), "Use 'seconds'."),
    **dict.fromkeys(("resolution", "aspect_ratio"), "Use 'size', such as 1280x720."),
    **dict.fromkeys(("n", "count", "num_variations"), "Use 'variations' of POST /videos/variations."),
    **dict.fromkeys(("instructions", "edit_instruction", "user_instruction"), "Use 'instruction'."),
    **dict.fromkeys(("clip", "index", "clip_number"), "Use 'clip_index', from 0."),
    **dict.fromkeys(("frame_rate", "framerate", "fps"), "Use 'profile.fps' of POST /jobs."),
}
"""What to use instead of names that other video APIs have, in lower case with underscores."""

OWN = frozenset({"value_error", REFUSED})
"""Errors of the fields' own checks, which say it themselves."""


def faults_of_validation(errors: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Return one fault for each field, in order."""
    found: dict[str, Fault] = {}
    for error in errors:
        place = place_of(error["loc"])
        found.setdefault(place, Fault(place, sentence_of(error)))
    return list(found.values())


def place_of(location: Iterable[str | int]) -> str:
    """Return where a fault is, as a person writes it.

    >>> place_of(("body", "clips", 0, "instruction"))
    'clips[0].instruction'
    """
    place = ""
    for part in location:
        if part in PLACES and not place:
            continue
        if isinstance(part, int):
            place += f"[{part}]"
        else:
            place += f".{part}" if place else HEADER_NAMES.get(part, part)
    return place or "body"


def sentence_of(error: Mapping[str, Any]) -> str:
    """Return what is wrong and what to do about it.

    >>> sentence_of({"type": "string_too_short", "ctx": {"min_length": 1}, "msg": ""})
    'Give text of 1 or more characters.'
    """
    context = error.get("ctx") or {}
    if error["type"] in OWN:
        text = str(error["msg"]).removeprefix("Value error, ").rstrip(".")
        return f"{text[:1].upper()}{text[1:]}."
    if error["type"] == "extra_forbidden" and (instead := instead_of(str(error["loc"][-1]))):
        return f"There is no such field. {instead}"
    return SENTENCES.get(error["type"], OTHERWISE).format_map(context)


def instead_of(name: str) -> str:
    """Return what to use instead of a field's name that another API has; empty where it is not known.

    >>> instead_of("imageReference") == instead_of("image_reference") != ""
    True
    """
    return OTHER_NAMES.get(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(), "")
