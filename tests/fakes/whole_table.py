"""What tests ask of a whole table, which no use case does."""

from typing import TypeVar

from retake.ports.table import Table
from retake.storage.items import from_item
from retake.storage.layout import RECORD_TYPES

T = TypeVar("T")

READ_AT_ONCE = 1000


def records_of(table: Table, kind: type[T]) -> list[T]:
    """Return every record of a kind."""
    found: list[T] = []
    after = None
    while True:
        part = table.scan(limit=READ_AT_ONCE, after=after)
        # Counters have no type.
        items = [item for item in part.items if item.get("record_type") == RECORD_TYPES[kind]]
        found += [from_item(kind, item) for item in items]
        after = part.last
        if after is None:
            return found
