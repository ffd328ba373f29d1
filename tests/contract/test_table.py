"""What every ``Table`` promises."""

from typing import Any

import pytest

from retake.ports.table import (
    BY_OWNER,
    BY_SIZE,
    DUE_WORK,
    NEW,
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
    equal,
    unchanged,
)

KEY = ("JOB#1", "JOB")


def an_item(pk: str = KEY[0], sk: str = KEY[1], **fields: Any) -> Item:
    return {"PK": pk, "SK": sk, **fields}


def read(table: Table, query: Query, *, limit: int | None = None) -> list[list[str]]:
    """Return the sort keys that each read of a query finds."""
    slices, after = [], None
    while True:
        found = table.read(query, limit=limit, after=after)
        slices.append([item["SK"] for item in found.items])
        after = found.last
        if after is None:
            return slices


class TestItems:
    def test_values_are_read_back_as_they_were(self, table: Table) -> None:
        item = an_item(
            text="Füchse", count=3, fraction=0.25, yes=True, none=None, all=[1, {"deep": [0.5, ""]}], empty={}
        )
        table.write(Put(item))
        assert table.get(KEY) == item
        assert table.get(KEY, consistent=False) == item
        assert table.get(("JOB#1", "other")) is None

    def test_a_put_leaves_nothing_of_what_was_there(self, table: Table) -> None:
        table.write(Put(an_item(old=1)))
        table.write(Put(an_item(new=1)))
        assert table.get(KEY) == an_item(new=1)

    def test_many_are_read_at_once(self, table: Table) -> None:
        table.write_many([Put(an_item(sk=f"{number:03}")) for number in range(130)])
        found = table.get_many([("JOB#1", f"{number:03}") for number in range(20, 150)])
        assert sorted(item["SK"] for item in found) == [f"{number:03}" for number in range(20, 130)]
        assert table.get_many([]) == []

    def test_many_are_written_and_removed_at_once(self, table: Table) -> None:
        table.write_many([Put(an_item(sk=sk)) for sk in "abc"])
        table.write_many([Put(an_item(sk="d")), Delete(("JOB#1", "a")), Delete(("JOB#1", "never"))])
        assert read(table, Query("JOB#1")) == [["b", "c", "d"]]
        table.write_many([])

    def test_removing_none_is_no_error(self, table: Table) -> None:
        table.write(Delete(KEY))


class TestUpdates:
    def test_numbers_are_added_to(self, table: Table) -> None:
        for _ in range(2):
            table.write(Update(KEY, add={"count": 2, "less": -1}, assign={"name": "new"}))
        assert table.get(KEY) == an_item(count=4, less=-2, name="new")

    def test_attributes_are_removed_and_leave_the_index(self, table: Table) -> None:
        table.write(Put(an_item(DUEPK="DUE", DUESK="1", title="stays")))
        table.write(Update(KEY, remove=("DUEPK", "DUESK")))
        assert table.get(KEY) == an_item(title="stays")
        assert read(table, Query("DUE", DUE_WORK)) == [[]]


def below(value: int) -> Condition:
    return Condition((Check("count", Comparison.BELOW, value), Check("state", Comparison.EQUAL, "on")))


class TestConditions:
    @pytest.mark.parametrize(
        ("condition", "holds"),
        [
            (NEW, False),
            (unchanged(0), False),
            (unchanged(3), True),
            (unchanged(4), False),
            (unchanged(5, "count"), True),
            (equal("state", "on"), True),
            (equal("owner", "me", or_without="PK"), False),
            (equal("owner", "me", or_without="owner"), True),
            (equal("state", "off", or_without="owner"), True),
            (equal("missing", "x"), False),
            (equal("inner.name", "fox"), True),
            (equal("inner.other", "fox"), False),
            (equal("none.name", "fox"), False),
            (below(6), True),
            (below(5), False),
            (Condition((Check("count", Comparison.AT_MOST, 5),)), True),
            (Condition((Check("count", Comparison.AT_MOST, 4),)), False),
            (Condition((Check("count", Comparison.ABOVE, 4),)), True),
            (Condition((Check("count", Comparison.ABOVE, 5),)), False),
            (Condition((Check("missing", Comparison.ABOVE, 5),)), False),
            (Condition((Check("state", Comparison.OTHER, "off"),)), True),
            (Condition((Check("state", Comparison.OTHER, "on"),)), False),
            (Condition((Check("missing", Comparison.OTHER, "on"),)), True),
        ],
    )
    def test_a_write_happens_where_its_condition_holds(
        self, table: Table, condition: Condition, *, holds: bool
    ) -> None:
        before = an_item(revision=3, count=5, state="on", inner={"name": "fox"}, none=None)
        for write in (
            Put(an_item(new=1), condition),
            Update(KEY, add={"count": 10}, condition=condition),
            Delete(KEY, condition),
        ):
            table.write(Put(before))
            if holds:
                table.write(write)
            else:
                with pytest.raises(ConditionFailedError):
                    table.write(write)
            assert (table.get(KEY) != before) == holds

    @pytest.mark.parametrize(
        ("condition", "holds"),
        [
            (NEW, True),
            (unchanged(0), True),
            (unchanged(1), False),
            (equal("owner", "me"), False),
            (equal("owner", "me", or_without="PK"), True),
        ],
    )
    def test_conditions_of_no_item(self, table: Table, condition: Condition, *, holds: bool) -> None:
        if holds:
            table.write(Put(an_item(), condition))
        else:
            with pytest.raises(ConditionFailedError):
                table.write(Put(an_item(), condition))
        assert (table.get(KEY) is not None) == holds


class TestTransactions:
    def test_all_or_nothing(self, table: Table) -> None:
        table.write(Put(an_item(sk="there", revision=1)))
        writes: list[Write] = [
            Put(an_item(sk="new"), NEW),
            Update(("JOB#1", "counter"), add={"count": 1}),
            Delete(("JOB#1", "there"), unchanged(2)),
        ]
        with pytest.raises(ConditionFailedError):
            table.transact(writes)
        assert read(table, Query("JOB#1")) == [["there"]]
        table.transact([*writes[:2], Delete(("JOB#1", "there"), unchanged(1))])
        assert read(table, Query("JOB#1")) == [["counter", "new"]]

    def test_a_hundred_items_fit(self, table: Table) -> None:
        table.transact([Put(an_item(sk=f"{number:03}")) for number in range(100)])
        assert len(read(table, Query("JOB#1"))[0]) == 100


class TestQueries:
    @pytest.fixture(autouse=True)
    def _items(self, table: Table) -> None:
        table.write_many([Put(an_item(sk=f"A#{number}", number=number)) for number in range(5)])
        table.write_many([Put(an_item(sk="B#1")), Put(an_item("JOB#2", "A#9"))])

    def test_the_whole_partition_in_order(self, table: Table) -> None:
        assert read(table, Query("JOB#1")) == [["A#0", "A#1", "A#2", "A#3", "A#4", "B#1"]]

    def test_a_prefix(self, table: Table) -> None:
        assert read(table, Query("JOB#1", prefix="B#")) == [["B#1"]]
        assert read(table, Query("JOB#3", prefix="B#")) == [[]]

    def test_bounds_are_included(self, table: Table) -> None:
        assert read(table, Query("JOB#1", between=("A#1", "A#3"))) == [["A#1", "A#2", "A#3"]]
        assert read(table, Query("JOB#1", between=("A#3!", "A#~"), newest_first=True)) == [["A#4"]]

    def test_page_by_page_both_ways(self, table: Table) -> None:
        forwards = [sk for page in read(table, Query("JOB#1", prefix="A#"), limit=2) for sk in page]
        backwards = Query("JOB#1", prefix="A#", newest_first=True)
        assert forwards == ["A#0", "A#1", "A#2", "A#3", "A#4"]
        assert [sk for page in read(table, backwards, limit=2) for sk in page] == forwards[::-1]

    def test_a_limit_counts_what_a_filter_leaves_out(self, table: Table) -> None:
        odd = Condition((Check("number", Comparison.OTHER, 2),))
        pages = read(table, Query("JOB#1", prefix="A#", where=odd), limit=2)
        assert pages[:3] == [["A#0", "A#1"], ["A#3"], ["A#4"]]

    def test_only_the_fields_that_are_needed(self, table: Table) -> None:
        found = table.read(Query("JOB#1", prefix="A#", fields=("SK",)), limit=1)
        assert found.items == [{"SK": "A#0"}]


class TestIndexes:
    def test_an_item_is_listed_where_it_has_both_keys(self, table: Table) -> None:
        table.write(Put(an_item(sk="a", GSI1PK="USER#1", GSI1SK="2", title="whole")))
        table.write(Put(an_item(sk="b", GSI1PK="USER#1", GSI1SK="1")))
        table.write(Put(an_item(sk="c", GSI1PK="USER#2", GSI1SK="1")))
        table.write(Put(an_item(sk="d")))
        assert read(table, Query("USER#1", BY_OWNER)) == [["b", "a"]]
        assert table.read(Query("USER#1", BY_OWNER, prefix="2")).items[0]["title"] == "whole"
        table.write(Put(an_item(sk="a", GSI1PK="USER#2", GSI1SK="0")))
        assert read(table, Query("USER#1", BY_OWNER)) == [["b"]]
        assert read(table, Query("USER#2", BY_OWNER)) == [["a", "c"]]

    def test_equal_places_follow_each_other_page_by_page(self, table: Table) -> None:
        for number in range(5):
            table.write(Put(an_item(f"JOB#{number}", str(number), GSI1PK="USER#1", GSI1SK="same")))
        pages = read(table, Query("USER#1", BY_OWNER, newest_first=True), limit=2)
        assert sorted(sk for page in pages for sk in page) == ["0", "1", "2", "3", "4"]

    def test_what_an_index_shows(self, table: Table) -> None:
        keys = {"DUEPK": "DUE", "DUESK": "1", "SIZEPK": "JOBS", "SIZESK": "007"}
        table.write(Put(an_item(**keys, record_type="Job", title="Foxes", prompt="a fox")))
        (due,) = table.read(Query("DUE", DUE_WORK, between=(" ", "2"))).items
        assert due == an_item(DUEPK="DUE", DUESK="1", record_type="Job")
        (large,) = table.read(Query("JOBS", BY_SIZE)).items
        assert large == an_item(SIZEPK="JOBS", SIZESK="007", title="Foxes")


def test_a_scan_finds_everything_partition_by_partition(table: Table) -> None:
    for pk in ("JOB#1", "USER#1", "JOB#2"):
        table.write_many([Put(an_item(pk, f"{number}", record_type="Job", more=1)) for number in range(3)])
    found: list[Item] = []
    after = None
    while True:
        part = table.scan(limit=2, fields=("PK", "SK", "record_type"), after=after)
        found += part.items
        after = part.last
        if after is None:
            break
    assert len(found) == 9
    assert found[0].keys() == {"PK", "SK", "record_type"}
    partitions = [item["PK"] for item in found]
    turns = [pk for number, pk in enumerate(partitions) if number == 0 or partitions[number - 1] != pk]
    assert sorted(turns) == ["JOB#1", "JOB#2", "USER#1"]
