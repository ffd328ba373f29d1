"""The table in dictionaries: DynamoDB's keys, indexes and conditions, as far as the repositories use them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import RLock
from typing import Any

from retake.ports.table import (
    BY_OWNER,
    BY_SIZE,
    DUE_WORK,
    PRIMARY,
    TRANSACTION_ITEMS,
    Check,
    Comparison,
    Condition,
    ConditionFailedError,
    Delete,
    Index,
    Item,
    Key,
    Put,
    Query,
    Slice,
    Update,
    Write,
)

SHOWN_BY_SIZE = ("user_id", "job_id", "title", "counted", "stored", "budget_bytes", "alerted_percent")

INDEXES: Mapping[Index, tuple[str, ...] | None] = {
    BY_OWNER: None,
    DUE_WORK: ("record_type",),
    BY_SIZE: SHOWN_BY_SIZE,
}
"""What each index shows beside the keys; None for everything."""

ORDERS = (PRIMARY, *INDEXES)
END = "\U0010ffff"
"""Behind every key."""

Place = tuple[str, str, str]
"""A sort key, then the keys of the table, which distinguish equal ones."""

COMPARISONS: Mapping[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQUAL: lambda found, value: bool(found == value),
    Comparison.OTHER: lambda found, value: bool(found != value),
    Comparison.BELOW: lambda found, value: bool(found < value),
    Comparison.AT_MOST: lambda found, value: bool(found <= value),
    Comparison.ABOVE: lambda found, value: bool(found > value),
}


class InMemoryTable:
    """A ``Table`` for tests. Items that were written or read are never changed in place."""

    def __init__(self) -> None:
        self._items: dict[Key, Item] = {}
        self._places: dict[tuple[Index, str], list[Place]] = {}
        self._lock = RLock()

    # --- reading --------------------------------------------------------------------------------

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        del consistent
        return self._items.get(key)

    def get_many(self, keys: Sequence[Key]) -> Sequence[Item]:
        _refuse(len(set(keys)) < len(keys), "a key twice")
        return [self._items[key] for key in keys if key in self._items]

    def read(self, query: Query, *, limit: int | None = None, after: Item | None = None) -> Slice:
        index = query.index
        with self._lock:
            places = self._range(query, after)
            looked_at = places if limit is None else places[:limit]
            items = [self._items[pk, sk] for _, pk, sk in looked_at]
        last = None
        if looked_at and len(looked_at) == limit:  # as DynamoDB: there need not be more
            last = {name: items[-1][name] for name in ("PK", "SK", index.partition, index.sort)}
        found = items if query.where is None else [item for item in items if _holds(query.where, item)]
        return Slice(_shown(found, query), last)

    def scan(self, *, limit: int, fields: tuple[str, ...] = (), after: Item | None = None) -> Slice:
        with self._lock:
            keys = sorted(self._items)
            start = 0 if after is None else bisect_right(keys, (after["PK"], after["SK"]))
            found = [self._items[key] for key in keys[start : start + limit]]
        last = {name: found[-1][name] for name in ("PK", "SK")} if len(found) == limit else None
        return Slice([_only(item, fields) for item in found] if fields else found, last)

    def items_under(self, prefix: str) -> list[Item]:
        """Return the items of the partitions that start with a text."""
        with self._lock:
            return [item for (pk, _), item in self._items.items() if pk.startswith(prefix)]

    def _range(self, query: Query, after: Item | None) -> list[Place]:
        places = self._places.get((query.index, query.partition), [])
        first, last = query.between or (query.prefix, query.prefix + END)
        _refuse(first > last, "bounds in the wrong order")
        start, end = bisect_left(places, (first,)), bisect_right(places, (last, END))
        if after is not None:
            place = (after[query.index.sort], after["PK"], after["SK"])
            if query.newest_first:
                end = min(end, bisect_left(places, place))
            else:
                start = max(start, bisect_right(places, place))
        found = places[start:end]
        return found[::-1] if query.newest_first else found

    # --- writing --------------------------------------------------------------------------------

    def write(self, write: Write) -> None:
        self._carry_out([write])

    def transact(self, writes: Sequence[Write]) -> None:
        _refuse(not 0 < len(writes) <= TRANSACTION_ITEMS, f"a transaction of {len(writes)} items")
        self._carry_out(writes)

    def write_many(self, writes: Sequence[Put | Delete]) -> None:
        _refuse(any(write.condition is not None for write in writes), "a condition in a batch")
        self._carry_out(writes)

    def forget(self, prefix: str) -> None:
        """Lose the items of the partitions that start with a text."""
        self._carry_out([Delete((item["PK"], item["SK"])) for item in self.items_under(prefix)])

    def _carry_out(self, writes: Sequence[Write]) -> None:
        keys = [_key_of(write) for write in writes]
        _refuse(len(set(keys)) < len(keys), "two writes of one item")
        with self._lock:
            before = [self._items.get(key) for key in keys]
            for write, item in zip(writes, before, strict=True):
                if write.condition is not None and not _holds(write.condition, item or {}):
                    raise ConditionFailedError
            for write, key, item in zip(writes, keys, before, strict=True):
                self._replace(key, item, _written(write, item))

    def _replace(self, key: Key, before: Item | None, after: Item | None) -> None:
        _refuse(not all(key), "an empty key")
        old, new = dict(_entries(before)), dict(_entries(after))
        for order, sort in old.items() - new.items():
            places = self._places[order]
            del places[bisect_left(places, (sort, *key))]
        for order, sort in new.items() - old.items():
            insort(self._places.setdefault(order, []), (sort, *key))
        if after is None:
            self._items.pop(key, None)
        else:
            self._items[key] = after


def _refuse(wrong: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if wrong:
        raise ValueError(f"DynamoDB refuses {what}.")


def _key_of(write: Write) -> Key:
    return (write.item["PK"], write.item["SK"]) if isinstance(write, Put) else write.key


def _entries(item: Item | None) -> Iterator[tuple[tuple[Index, str], str]]:
    """Yield the partitions that an item is in, each with its sort key there."""
    for index in ORDERS if item is not None else ():
        if item and index.partition in item and index.sort in item:
            yield (index, item[index.partition]), item[index.sort]


def _written(write: Write, before: Item | None) -> Item | None:
    match write:
        case Put():
            return write.item
        case Delete():
            return None
        case Update():
            after = dict(before or {"PK": write.key[0], "SK": write.key[1]})
            after |= {name: after.get(name, 0) + number for name, number in write.add.items()}
            after |= write.assign
            return {name: value for name, value in after.items() if name not in write.remove}


def _holds(condition: Condition, item: Item) -> bool:
    if condition.or_without and _value(item, condition.or_without) is None:
        return True
    return bool(condition.checks) and all(_passes(check, item) for check in condition.checks)


def _passes(check: Check, item: Item) -> bool:
    found = _value(item, check.name)
    if found is None:
        return check.comparison is Comparison.OTHER
    return COMPARISONS[check.comparison](found[0], check.value)


def _value(item: Item, path: str) -> tuple[Any] | None:
    """Return an attribute, in a tuple: null is a value, and a missing attribute none."""
    found: Any = item
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    return (found,)


def _shown(items: Iterable[Item], query: Query) -> Sequence[Item]:
    shown = INDEXES.get(query.index)
    if shown is not None:
        keys = ("PK", "SK", query.index.partition, query.index.sort)
        items = [_only(item, (*shown, *keys)) for item in items]
    return [_only(item, query.fields) for item in items] if query.fields else [*items]


def _only(item: Item, fields: tuple[str, ...]) -> Item:
    return {name: item[name] for name in fields if name in item}
