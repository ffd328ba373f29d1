"""What a table is asked, in the units that DynamoDB bills.

References:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any

from retake.ports.table import Index
from tests.fakes.in_memory_table import INDEXES

if TYPE_CHECKING:
    from tests.fakes.aws_world import AwsWorld

Item = Mapping[str, Any]
Call = Callable[[str, Any], Any]

SINGLY = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
READ_BYTES, WRITE_BYTES = 4096, 1024
IN_TRANSACTION = 2
"""Units of a transaction beside those of a single write."""


def item_bytes(value: object) -> int:
    """Return the size of an item as DynamoDB counts: texts in UTF-8, 3 bytes a list, 1 an element."""
    match value:
        case {"S": str(text)} | {"N": str(text)}:
            return len(text.encode())
        case {"L": list(items)}:
            return 3 + sum(1 + item_bytes(item) for item in items)
        case {"M": dict(fields)}:
            return 3 + item_bytes(fields) + len(fields)
        case {"NULL": _} | {"BOOL": _}:
            return 1
        case dict():
            return sum(len(name.encode()) + item_bytes(item) for name, item in value.items())
    raise AssertionError(value)


def _units(size_bytes: int, unit_bytes: int) -> int:
    return max(1, ceil(size_bytes / unit_bytes))


@dataclass
class Meter:
    """Counts units between a world and its table.

    Attributes:
        read: Read request units.
        written: Write request units, those of indexes included.
        operations: How often each was called.
    """

    call: Call
    read: float = 0
    written: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    _items: dict[tuple[str, str], Item] = field(default_factory=dict)

    @classmethod
    def on(cls, world: AwsWorld) -> Meter:
        """Put a meter between a world and its table."""
        meter = cls(world.client._make_api_call)
        world.client._make_api_call = meter
        return meter

    def __call__(self, operation: str, arguments: Any) -> Any:
        self.operations[operation] += 1
        if operation == "TransactWriteItems":
            # One after another: an update answers the item as it is then, which a transaction does not.
            for item in arguments["TransactItems"]:
                for kind, write in item.items():
                    self._write(SINGLY[kind], write, factor=IN_TRANSACTION)
            return {}
        if operation in SINGLY.values():
            return self._write(operation, arguments, factor=1)
        answer = self.call(operation, arguments)
        if operation == "BatchWriteItem":
            self._note_batch(arguments)
        else:
            self._note_read(operation, arguments, answer)
        return answer

    def _note_read(self, operation: str, arguments: Any, answer: Any) -> None:
        share = 1.0 if arguments.get("ConsistentRead") else 0.5
        if operation == "GetItem":
            self.read += share * _units(item_bytes(answer.get("Item", {})), READ_BYTES)
        elif operation == "Query":
            size = sum(map(item_bytes, answer["Items"]))
            self.read += share * _units(size, READ_BYTES)
        elif operation == "BatchGetItem":
            asked = next(iter(arguments["RequestItems"].values()))
            share = 1.0 if asked.get("ConsistentRead") else 0.5
            found: list[Item] = next(iter(answer["Responses"].values()), [])
            self.read += share * sum(_units(item_bytes(item), READ_BYTES) for item in found)
        else:
            raise AssertionError(operation)

    def _note_batch(self, arguments: Any) -> None:
        for request in next(iter(arguments["RequestItems"].values())):
            if "PutRequest" in request:
                item = request["PutRequest"]["Item"]
                self._note_write(_key(item), item, factor=1)
            else:
                self._note_write(_key(request["DeleteRequest"]["Key"]), {}, factor=1)

    def _write(self, operation: str, write: Any, *, factor: int) -> Any:
        if operation == "UpdateItem":
            answer = self.call(operation, {**write, "ReturnValues": "ALL_NEW"})
            self._note_write(_key(write["Key"]), answer["Attributes"], factor=factor)
            return answer
        answer = self.call(operation, write)
        new = write.get("Item", {})
        self._note_write(_key(new or write["Key"]), new, factor=factor)
        return answer

    def _note_write(self, key: tuple[str, str], new: Item, *, factor: int) -> None:
        old = self._items.pop(key, {})
        if new:
            self._items[key] = new
        self.written += factor * _units(max(item_bytes(old), item_bytes(new)), WRITE_BYTES)
        self.written += sum(_index_units(index, shown, old, new) for index, shown in INDEXES.items())


def _key(item: Item) -> tuple[str, str]:
    return item["PK"]["S"], item["SK"]["S"]


def _index_units(index: Index, shown: tuple[str, ...] | None, old: Item, new: Item) -> int:
    """Return what a write of an item costs in an index: nothing where what that shows stays the same."""
    partition, sort = index.partition, index.sort
    before, after = (
        {name: value for name, value in item.items() if shown is None or name in {*shown, partition, sort}}
        if partition in item
        else {}
        for item in (old, new)
    )
    if before == after:
        return 0
    if before and after and all(before[name] == after[name] for name in (partition, sort)):
        return _units(max(item_bytes(before), item_bytes(after)), WRITE_BYTES)
    return sum(_units(item_bytes(item), WRITE_BYTES) for item in (before, after) if item)
