"""Parameters of requests in paths, queries and headers, as routes declare them."""

from typing import Annotated

from annotated_types import Ge
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from pydantic import AfterValidator, BeforeValidator
from pydantic.fields import FieldInfo

from retake.contracts.values import ID_PATTERN, MAX_ID_CHARS, RequestedMoment
from retake.domain.shares import TOKEN_CHARS

MAX_KEY_CHARACTERS = 255
MAX_DIGITS = 18
"""Digits of a number in a path, a query or a header."""
MAX_PAGE = 100
MAX_SEARCH_CHARS = 200
DEFAULT_PAGE = 20
MAX_CURSOR_CHARS = 2000
"""Four keys of the table, the longest that it allows being 2048 bytes, are at most this in practice: 500."""


def is_number(text: str) -> bool:
    """Whether text is a number in plain digits: ``isdigit`` alone takes superscripts, ``int`` underscores."""
    return text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS


def _require_digits(value: object) -> object:
    if isinstance(value, str) and not is_number(value):
        raise ValueError("give a whole number, such as 20")
    return value


DIGITS = BeforeValidator(_require_digits)
"""In front of a number in a path or a query: ``int`` alone reads ``1_000`` and spaces too."""


def between(first: int, last: int) -> AfterValidator:
    """Return a check that names both bounds; pydantic's own names only the one that was passed."""

    def check(value: int) -> int:
        if not first <= value <= last:
            raise ValueError(f"give a number from {first} to {last}")
        return value

    return AfterValidator(check)


def _path_id(what: str) -> FieldInfo:
    return Path(pattern=ID_PATTERN, max_length=MAX_ID_CHARS, description=f"The {what}'s id")


JobId = Annotated[str, _path_id("job")]
ClipId = Annotated[str, _path_id("clip")]
BatchId = Annotated[str, _path_id("batch")]
VersionId = Annotated[
    str, Path(pattern=ID_PATTERN, max_length=MAX_ID_CHARS, description="The version's id, or its number")
]
VideoId = Annotated[str, _path_id("video")]
CreationId = Annotated[str, _path_id("batch of videos")]
DownloadId = Annotated[str, _path_id("download")]
ProjectId = Annotated[str, _path_id("project")]
ScheduleId = Annotated[str, _path_id("schedule")]
ShareId = Annotated[str, _path_id("share link")]
CommentId = Annotated[str, _path_id("comment")]
ShareTokenText = Annotated[
    str,
    Path(
        pattern=ID_PATTERN,
        min_length=TOKEN_CHARS,
        max_length=TOKEN_CHARS,
        description="The token of a share link, as its creation answered it",
    ),
]
TemplateId = Annotated[str, _path_id("template")]
UserId = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_.@+-]+$", max_length=128, description="The 'sub' of the user's token")
]
ClipIndex = Annotated[int, Ge(0), DIGITS, Path(description="The clip's place in the timeline, from 0")]

Limit = Annotated[
    int,
    between(1, MAX_PAGE),
    DIGITS,
    Query(description="Entries a page", json_schema_extra={"minimum": 1, "maximum": MAX_PAGE}),
]
Cursor = Annotated[
    str | None,
    Query(
        max_length=MAX_CURSOR_CHARS,
        description="The `cursor` of the page before, with the same filters; nothing for the first page",
    ),
]
ProjectFilter = Annotated[str | None, Query(pattern=ID_PATTERN, max_length=MAX_ID_CHARS)]
ModelFilter = Annotated[str | None, Query(max_length=200, description="A name of GET /models")]
Search = Annotated[
    str | None,
    Query(
        max_length=MAX_SEARCH_CHARS,
        description="Each word is part of the title or the prompt, whatever the case. One request looks at "
        "1,000 videos at most: a page may be short, or empty, and its `cursor` goes on behind them",
    ),
]
Since = Annotated[RequestedMoment | None, Query(description="Asked for at this moment or later")]
Until = Annotated[RequestedMoment | None, Query(description="Asked for before this moment")]

_HEADERS = ("Idempotency-Key", "If-Match", "Last-Event-ID")
HEADER_NAMES = {name.lower(): name for name in _HEADERS}
"""Headers as people write them; Powertools writes them in small letters."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=_HEADERS[0],
        min_length=1,
        max_length=MAX_KEY_CHARACTERS,
        description="Any text of your own, new for each new request. The same key with the same body gets "
        "the first answer again for 24 hours, and nothing is done twice.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias=_HEADERS[1],
        pattern=r'^\s*(\*|(W/)?"[^"]*"|[0-9]+)\s*$',
        description='Optional: the ETag that the change is meant for, such as "3". Where it is no longer the '
        "current one nothing is changed. Without it, or with *, the change is made to whatever is current.",
    ),
]
LastEventId = Annotated[
    str | None,
    Header(
        alias=_HEADERS[2],
        max_length=MAX_DIGITS,
        pattern=r"^[0-9]*$",
        description="The number of the last event that was read; what came after it is answered.",
    ),
]
After = Annotated[
    Annotated[int, Ge(0), DIGITS] | None, Query(description="The same as Last-Event-ID, which it goes before")
]
