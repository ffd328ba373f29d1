"""Records as DynamoDB's low-level client writes and reads them."""

from datetime import datetime
from typing import Any, TypeVar

from retake.adapters.aws.table import from_wire, to_wire
from retake.storage.items import from_item, to_item
from retake.storage.layout import Stored

T = TypeVar("T")


def stored_item(record: Stored, *, now: datetime) -> dict[str, Any]:
    """Return the item of a record that is written ``now``."""
    return to_wire(to_item(record, now=now))


def read_item(kind: type[T], item: dict[str, Any]) -> T:
    """Return the record of an item."""
    return from_item(kind, from_wire(item))
