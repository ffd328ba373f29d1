"""Pages of lists that are kept in memory, with cursors that belong to one list."""

import base64
from collections.abc import Sequence
from typing import TypeVar

from retake.domain.errors import InvalidRequestError
from retake.ports.pages import Page

T = TypeVar("T")


def page_of(items: Sequence[T], owner: str, *, limit: int, cursor: str | None) -> Page[T]:
    """Return the part of an owner's list behind a cursor. Raises ``InvalidRequestError`` for another's."""
    start = _position(cursor, owner)
    more = len(items) > start + limit
    return Page(items[start : start + limit], _cursor(owner, start + limit) if more else None)


def _cursor(owner: str, position: int) -> str:
    return base64.urlsafe_b64encode(f"{owner}|{position}".encode()).decode()


def _position(cursor: str | None, owner: str) -> int:
    if cursor is None:
        return 0
    try:
        found, position = base64.urlsafe_b64decode(cursor).decode().rsplit("|", 1)
        if found != owner:
            raise InvalidRequestError("'cursor' is not one that this list gave.")
        return int(position)
    except ValueError as error:
        raise InvalidRequestError("'cursor' is not one that this list gave.") from error
