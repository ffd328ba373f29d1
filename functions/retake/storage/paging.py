"""Lists of items: whole, or page by page with opaque cursors."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from retake.domain.errors import InvalidRequestError
from retake.ports.table import Item, Page, Query, Table
from retake.storage.items import from_item

T = TypeVar("T")

READ_AT_ONCE = 200
"""Items that one read of a page looks at where a filter may leave out most of them."""

LOOKED_AT = 1000
"""Items that one page of a search looks at, in reads of ``READ_AT_ONCE``.

A video's item has some 2 KB, and an eventually consistent read costs half a unit for 4 KB: 250 read units for
the longest look, $0.00003 (on demand, $0.125 a million).

References:
    https://aws.amazon.com/dynamodb/pricing/on-demand/
"""

MAX_KEY_BYTES = 1024
"""DynamoDB's limit of a sort key; a partition key may have twice as many, and ours have not."""


def read_all(table: Table, query: Query, *, limit: int | None = None) -> Iterator[Item]:
    """Yield what a query finds, or its first ``limit`` items."""
    left, after = limit, None
    while True:
        found = table.read(query, limit=left, after=after)
        yield from found.items
        left = None if left is None else left - len(found.items)
        if found.last is None or left == 0:
            return
        after = found.last


def read_records(table: Table, kind: type[T], query: Query, *, limit: int | None = None) -> list[T]:
    """Return the records that a query finds, or the first ``limit`` of them."""
    return [from_item(kind, item) for item in read_all(table, query, limit=limit)]


def read_page(
    table: Table, kind: type[T], query: Query, *, limit: int, cursor: str | None, at_once: int | None = None
) -> Page[T]:
    """Return a page of a list of records.

    Args:
        table: The table.
        kind: What the items are read as.
        query: The whole list.
        limit: How many the page has at most.
        cursor: That of the page before; None for the first page.
        at_once: How many items one read looks at; None for as many as the page and one more need.

    Raises:
        InvalidRequestError: If the cursor is of another list, or of none.
    """
    after = None if cursor is None else decode_cursor(cursor, query)
    found: list[Item] = []
    while True:
        part = table.read(query, limit=at_once or limit + 1, after=after)
        found += part.items
        if len(found) > limit or part.last is None:
            break
        after = part.last
    page = [from_item(kind, item) for item in found[:limit]]
    return Page(page, encode_cursor(found[limit - 1], query) if len(found) > limit else None)


def read_matching_page(
    table: Table, kind: type[T], query: Query, *, limit: int, cursor: str | None, keep: Callable[[T], bool]
) -> Page[T]:
    """Return a page of the records of a list that pass a test which the table cannot make.

    One call looks at ``LOOKED_AT`` items at most. A page may therefore have fewer than ``limit`` records, or
    none, with a cursor that goes on behind what was looked at.

    Args:
        table: The table.
        kind: What the items are read as.
        query: The whole list.
        limit: How many the page has at most.
        cursor: That of the page before; None for the first page.
        keep: The test.

    Raises:
        InvalidRequestError: If the cursor is of another list, or of none.
    """
    after = None if cursor is None else decode_cursor(cursor, query)
    found: list[T] = []
    for _ in range(LOOKED_AT // READ_AT_ONCE):
        part = table.read(query, limit=READ_AT_ONCE, after=after)
        for item in part.items:
            record = from_item(kind, item)
            if not keep(record):
                continue
            found.append(record)
            if len(found) == limit:
                at_end = part.last is None and item is part.items[-1]
                return Page(found, None if at_end else encode_cursor(item, query))
        if part.last is None:
            return Page(found, None)
        after = part.last
    return Page(found, None if after is None else encode_cursor(after, query))


def _key_names(query: Query) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("PK", "SK", query.index.partition, query.index.sort)))


def encode_cursor(item: Item, query: Query) -> str:
    """Return an opaque cursor for the item that a page ended with.

    Each key has its type beside it, as earlier releases wrote cursors: one may outlive an update.
    """
    key = {name: {"S": item[name]} for name in _key_names(query)}
    return base64.urlsafe_b64encode(json.dumps(key, sort_keys=True).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, query: Query) -> Item:
    """Return the keys of a cursor made for this list.

    Raises:
        InvalidRequestError: If it belongs to another list, to other filters, or to none.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        read: Any = json.loads(base64.urlsafe_b64decode(padded))
        key = {name: str(read[name]["S"]) for name in _key_names(query)}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _bad_cursor() from error
    place = key[query.index.sort]
    first, last = query.between or (place, place)
    belongs = (
        key[query.index.partition] == query.partition
        and place.startswith(query.prefix)
        and first <= place <= last
    )
    if not belongs or not all(_is_key(text) for text in key.values()):
        raise _bad_cursor()
    return key


def _is_key(text: str) -> bool:
    """Whether text can be a key of ours: the table refuses longer ones, and empty ones, with an error."""
    return text.isascii() and 0 < len(text) <= MAX_KEY_BYTES


def _bad_cursor() -> InvalidRequestError:
    return InvalidRequestError(
        "'cursor' is not one that this list gave; leave it out to start from the beginning."
    )
