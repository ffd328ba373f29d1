"""The table of records: items by key, written under conditions, read by key or in the order of an index.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.

An item is what JSON can say: text, integers and fractions, booleans, null, lists and objects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")

Item = dict[str, Any]
Key = tuple[str, str]
"""A partition key and a sort key: the item's ``PK`` and ``SK``."""

TRANSACTION_ITEMS = 100
"""How many items one transaction writes at most."""


class ConditionFailedError(Exception):
    """A condition of a write does not hold, or another writer holds the item: nothing was written."""


class Comparison(StrEnum):
    """How an attribute is compared with a value."""

    EQUAL = "="
    OTHER = "<>"
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"


@dataclass(frozen=True)
class Check:
    """One comparison with a value.

    Attributes:
        name: The attribute; with dots for one inside an object. A missing one only passes ``OTHER``.
    """

    name: str
    comparison: Comparison
    value: str | int


@dataclass(frozen=True)
class Condition:
    """What has to hold of an item.

    Attributes:
        checks: All of them have to pass.
        or_without: It also holds of an item without this attribute, and of no item.
    """

    checks: tuple[Check, ...] = ()
    or_without: str = ""


NEW = Condition(or_without="PK")
"""There is no such item yet."""


def equal(name: str, value: str | int, *, or_without: str = "") -> Condition:
    """Return the condition that an attribute has a value."""
    return Condition((Check(name, Comparison.EQUAL, value),), or_without)


def unchanged(revision: int, name: str = "revision") -> Condition:
    """Return the condition that a counted record is as it was read; 0 stands for none."""
    return NEW if revision == 0 else equal(name, revision)


@dataclass(frozen=True)
class Put:
    """Writes an item whole."""

    item: Item
    condition: Condition | None = None


@dataclass(frozen=True)
class Update:
    """Changes attributes of an item; where there is none, it makes one.

    Attributes:
        add: Added to numbers; a missing one counts as 0.
        assign: Written over what is there.
        remove: Taken away.
    """

    key: Key
    add: Mapping[str, int] = field(default_factory=dict)
    assign: Mapping[str, str | int] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    condition: Condition | None = None


@dataclass(frozen=True)
class Delete:
    """Removes an item; removing none is no error."""

    key: Key
    condition: Condition | None = None


Write = Put | Update | Delete


@dataclass(frozen=True)
class Index:
    """An order of the items that have both of its keys."""

    name: str
    partition: str
    sort: str


PRIMARY = Index("", "PK", "SK")
BY_OWNER = Index("by_owner", "GSI1PK", "GSI1SK")
DUE_WORK = Index("due_work", "DUEPK", "DUESK")
BY_SIZE = Index("by_size", "SIZEPK", "SIZESK")


@dataclass(frozen=True)
class Query:
    """Items of one partition, in the order of their sort keys.

    Attributes:
        partition: Value of the index's partition key.
        index: Reads of the table itself are consistent; those of the other indexes may be late.
        prefix: What the sort keys start with.
        between: The first and the last sort key, both included; instead of ``prefix``.
        newest_first: From the last sort key to the first.
        where: Filters what was read: it does not make a read cheaper.
        fields: The only attributes that are needed; all where there is none.
    """

    partition: str
    index: Index = PRIMARY
    prefix: str = ""
    between: tuple[str, str] | None = None
    newest_first: bool = False
    where: Condition | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slice:
    """What one read found.

    Attributes:
        last: Where the next read goes on; None at the end.
    """

    items: Sequence[Item]
    last: Item | None


class Table(Protocol):
    """One table. Calls are bounded, and repeated where the table is busy."""

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        """Return an item, or None."""
        ...

    def get_many(self, keys: Sequence[Key]) -> Sequence[Item]:
        """Return the items that are there, in no particular order.

        Raises:
            StorageUnavailableError: If the table was too busy to answer for all of them.
        """
        ...

    def read(self, query: Query, *, limit: int | None = None, after: Item | None = None) -> Slice:
        """Return what one read finds; it may end before the query does.

        Args:
            query: What is read.
            limit: How many items are looked at, those included that ``where`` leaves out.
            after: The ``last`` of the read before.
        """
        ...

    def scan(self, *, limit: int, fields: tuple[str, ...] = (), after: Item | None = None) -> Slice:
        """Return the next ``limit`` items of the whole table, those of a partition side by side."""
        ...

    def write(self, write: Write) -> None:
        """Carry out one write. Raises ``ConditionFailedError``."""
        ...

    def transact(self, writes: Sequence[Write]) -> None:
        """Carry out all writes, or none: at most ``TRANSACTION_ITEMS``, each of another item.

        Raises:
            ConditionFailedError: If one of their conditions does not hold.
        """
        ...

    def write_many(self, writes: Sequence[Put | Delete]) -> None:
        """Carry out writes without conditions, in no particular order; some may be done when it fails.

        Raises:
            StorageUnavailableError: If the table was too busy to take all of them.
        """
        ...


@dataclass(frozen=True)
class Page(Generic[T]):
    """Part of a list, and the cursor of what follows."""

    items: Sequence[T]
    cursor: str | None
