"""Records to items and back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

from retake.domain.due import instant
from retake.domain.errors import ConcurrentUpdateError
from retake.ports.table import ConditionFailedError, Item, Key, Put, Table
from retake.storage.layout import RECORD_TYPES, Stored, index_keys, key_of

T = TypeVar("T")

_adapters: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Return a kind's adapter, made when it is first needed: a cold start pays for its own kinds."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def to_item(record: Stored, *, now: datetime) -> Item:
    """Return the item that stores a record written ``now``."""
    fields: dict[str, Any] = _adapter(type(record)).dump_python(record, mode="json")
    expires_at: datetime | None = getattr(record, "expires_at", None)
    if expires_at is not None:
        fields["expires_at"] = int(expires_at.timestamp())
    else:
        fields.pop("expires_at", None)
    pk, sk = key_of(record)
    fields |= {"PK": pk, "SK": sk, "record_type": RECORD_TYPES[type(record)], "written_at": instant(now)}
    return fields | index_keys(record, now)


def from_item(kind: type[T], item: Item) -> T:
    """Return the record that an item stores."""
    record: T = _adapter(kind).validate_python(item)
    return record


def find(table: Table, kind: type[T], key: Key) -> T | None:
    """Return the record with a key, or None."""
    item = table.get(key)
    return None if item is None else from_item(kind, item)


def puts(records: Sequence[Stored], now: datetime) -> list[Put]:
    """Return the writes of records that nothing guards."""
    return [Put(to_item(record, now=now)) for record in records]


@contextmanager
def concurrent_update(message: str) -> Iterator[None]:
    """Raise ``ConcurrentUpdateError`` where a condition of the table does not hold."""
    try:
        yield
    except ConditionFailedError as error:
        raise ConcurrentUpdateError(message) from error
