"""The table in memory answers as an emulated DynamoDB does, whatever is written and read."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from retake.adapters.aws.table import DynamoDbTable
from retake.ports.table import (
    BY_OWNER,
    BY_SIZE,
    DUE_WORK,
    NEW,
    PRIMARY,
    Check,
    Comparison,
    Condition,
    ConditionFailedError,
    Delete,
    Item,
    Put,
    Query,
    Table,
    Update,
    Write,
)
from tests.fakes.emulated_table import emulated_dynamodb
from tests.fakes.in_memory_table import InMemoryTable
from tests.moto_aws import TABLE, make_table


def _key(write: Write) -> tuple[str, str]:
    return (write.item["PK"], write.item["SK"]) if isinstance(write, Put) else write.key


PARTITIONS = st.sampled_from(["A", "B"])
PLACES = st.sampled_from(["a", "a#1", "a#2", "b"])
KEYS = st.tuples(PARTITIONS, PLACES)
NUMBERS = st.integers(-2, 3)
TEXTS = st.sampled_from(["", "on", "off"])
INDEX_KEYS = {
    name: st.one_of(PARTITIONS if name.endswith("PK") else PLACES)
    for name in ("GSI1PK", "GSI1SK", "DUEPK", "DUESK", "SIZEPK", "SIZESK")
}
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "count": NUMBERS,
        "state": TEXTS,
        "inner": st.fixed_dictionaries({}, optional={"count": NUMBERS, "state": TEXTS}),
        "nothing": st.none(),
        "record_type": TEXTS,
        "title": TEXTS,
        **INDEX_KEYS,
    },
)
CHECKS = st.one_of(
    st.builds(Check, st.sampled_from(["count", "inner.count"]), st.sampled_from(Comparison), NUMBERS),
    st.builds(Check, st.sampled_from(["state", "inner.state"]), st.sampled_from(Comparison), TEXTS),
)
CONDITIONS = st.one_of(
    st.just(NEW),
    st.builds(
        lambda checks, or_without: Condition(tuple(checks), or_without),
        st.lists(CHECKS, min_size=1, max_size=2),
        st.sampled_from(["", "PK", "state"]),
    ),
)
UPDATES = st.builds(
    Update,
    KEYS,
    add=st.fixed_dictionaries({}, optional={"count": NUMBERS}),
    assign=st.fixed_dictionaries({"state": TEXTS}, optional={"DUEPK": PARTITIONS, "DUESK": PLACES}),
    remove=st.sampled_from([(), ("title", "GSI1PK")]),
    condition=st.none() | CONDITIONS,
)
WRITES: st.SearchStrategy[Write] = st.one_of(
    st.builds(
        lambda key, fields, condition: Put({"PK": key[0], "SK": key[1], **fields}, condition),
        KEYS,
        FIELDS,
        st.none() | CONDITIONS,
    ),
    UPDATES,
    st.builds(Delete, KEYS, st.none() | CONDITIONS),
)
TRANSACTIONS = st.lists(WRITES, min_size=1, max_size=3, unique_by=_key)
QUERIES = st.builds(
    Query,
    PARTITIONS,
    st.sampled_from([PRIMARY, BY_OWNER, DUE_WORK, BY_SIZE]),
    prefix=st.sampled_from(["", "a", "a#", "c"]),
    newest_first=st.booleans(),
    where=st.none() | CONDITIONS,
) | st.builds(
    Query,
    PARTITIONS,
    between=st.sampled_from([("a", "a#1"), ("a#", "z"), ("b", "b")]),
    newest_first=st.booleans(),
)


@given(
    st.lists(TRANSACTIONS, min_size=1, max_size=8),
    st.lists(st.tuples(QUERIES, st.integers(1, 4)), min_size=1, max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_both_tables_do_the_same(transactions: list[list[Write]], queries: list[tuple[Query, int]]) -> None:
    tables: list[Table] = [InMemoryTable(), DynamoDbTable(make_table(emulated_dynamodb()), TABLE)]
    for writes in transactions:
        in_memory, emulated = (_outcome(table, writes) for table in tables)
        assert in_memory == emulated, writes
    in_memory_items, emulated_items = (_sorted(table.scan(limit=99).items) for table in tables)
    assert in_memory_items == emulated_items
    for query, limit in queries:
        in_memory_pages, emulated_pages = (_read(table, query, limit) for table in tables)
        assert in_memory_pages == emulated_pages, query


def _outcome(table: Table, writes: list[Write]) -> bool:
    try:
        if len(writes) == 1:
            table.write(writes[0])
        else:
            table.transact(writes)
    except ConditionFailedError:
        return False
    return True


def _read(table: Table, query: Query, limit: int) -> list[Any]:
    """Return what is found, in order; items of the same place in an index have none among themselves."""
    found: list[Item] = []
    after = None
    while True:
        part = table.read(query, limit=limit, after=after)
        assert len(part.items) <= limit
        found += part.items
        after = part.last
        if after is None:
            break
    places = [item[query.index.sort] for item in found]
    assert places == sorted(places, reverse=query.newest_first)
    return _sorted(found)


def _sorted(items: Any) -> list[Item]:
    return sorted(items, key=lambda item: (item["PK"], item["SK"]))
