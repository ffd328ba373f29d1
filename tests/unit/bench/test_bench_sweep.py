"""The sweep's benchmark: its table is what it says, and a sweep that did something else is no measurement."""

from typing import Any

import pytest

from infra.bench.processes import BenchError
from infra.bench.sweep import row_of
from retake.domain.limits import Limits
from retake.domain.records.takes import Version
from retake.domain.retention import plan_retention
from tests.benchmarks.sweep_case import DUE, NOW, Counted, old_records
from tests.builders import a_clip

FOUND: dict[str, Any] = {
    "items": 1353,
    "archived": 50,
    "deleted": 50,
    "messages": 50,
    "errors": [],
    "entries": 100,
    "requests": {"Query": 116, "GetItem": 100, "TransactWriteItems": 100, "PutItem": 2, "DeleteItem": 1},
    "items_read": 600,
    "read_units": 208.0,
    "seconds": 1.5,
}


@pytest.mark.parametrize("versions", [1_000, 10_000])
def test_a_hundred_versions_are_due_however_many_there_are(versions: int) -> None:
    takes = [record for record in old_records(versions) if isinstance(record, Version)]
    assert abs(len(takes) - versions) < versions / 50
    by_clip: dict[tuple[str, str], list[Version]] = {}
    for take in takes:
        by_clip.setdefault((take.job_id, take.clip_id), []).append(take)
    plans = [plan_retention(a_clip(current_version=3), clip, NOW, Limits()) for clip in by_clip.values()]
    assert sum(len(plan.to_archive) for plan in plans) == DUE // 2
    assert sum(len(plan.to_delete) for plan in plans) == DUE // 2


def test_a_row_reports_reads_and_writes() -> None:
    row = row_of(1_000, FOUND)
    assert (row["queries"], row["gets"], row["items_read"], row["writes_alone"]) == (116, 100, 600, 3)


@pytest.mark.parametrize("wrong", [{"deleted": 49}, {"errors": ["one"]}, {"messages": 0}])
def test_a_sweep_that_did_something_else_is_no_measurement(wrong: dict[str, Any]) -> None:
    with pytest.raises(BenchError, match="did not do what was due"):
        row_of(1_000, FOUND | wrong)


def test_every_request_is_counted_by_what_the_table_went_through() -> None:
    class Model:
        name = "Query"

    counted = Counted()
    counted._count(Model, {"ScannedCount": 7, "ConsumedCapacity": {"CapacityUnits": 1.5}})
    Model.name = "GetItem"
    counted._count(Model, {"Item": {}, "ConsumedCapacity": {"CapacityUnits": 1.0}})
    counted._count(Model, {})
    Model.name = "PutItem"
    counted._count(Model, {})
    assert (counted.items_read, counted.read_units) == (8, 2.5)
    assert counted.requests == {"Query": 1, "GetItem": 2, "PutItem": 1}
