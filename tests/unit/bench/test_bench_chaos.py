"""The benchmark of crashes: it runs every flow there is, and what was violated is no row."""

from typing import Any

import pytest

from infra.bench.chaos import FLOWS as NAMES
from infra.bench.chaos import row_of
from infra.bench.processes import BenchError
from tests.benchmarks.chaos_case import crashes, orders, outcome_of
from tests.chaos import FLOWS

GOOD: dict[str, Any] = {"runs": 4, "killed": 4, "violations": []}
FOUND: dict[str, Any] = {
    "calls": 2,
    "table_calls": 3,
    "crashes": GOOD,
    "orders": {"runs": 3, "killed": 0, "violations": []},
    "table_crashes": GOOD,
    "seconds": 1.0,
}


def test_every_flow_is_in_it() -> None:
    assert tuple(flow.name for flow in FLOWS) == NAMES


def test_a_row_reports_how_many_runs_there_were() -> None:
    row = row_of("template", FOUND)
    assert (row["runs"], row["orders"], row["table_runs"], row["violations"]) == (4, 3, 4, 0)


@pytest.mark.parametrize(
    ("part", "wrong", "reported"),
    [
        ("crashes", {"violations": ["paid twice"]}, "such as paid twice"),
        ("orders", {"violations": ["a gap"]}, "such as a gap"),
        ("table_crashes", {"killed": 3}, "of 4 runs only 3 were killed"),
    ],
)
def test_a_violation_is_no_row(part: str, wrong: dict[str, Any], reported: str) -> None:
    with pytest.raises(BenchError, match=reported):
        row_of("template", FOUND | {part: FOUND[part] | wrong})


def test_runs_are_made_for_each_call_and_for_the_end_and_a_violation_is_kept() -> None:
    (flow,) = (flow for flow in FLOWS if flow.name == "template")
    assert outcome_of(crashes(flow, 2)) == {"runs": 3, "killed": 3, "violations": []}
    assert outcome_of(orders(flow)) == {"runs": 3, "killed": 0, "violations": []}

    def violated() -> bool:
        raise AssertionError("paid twice")

    (reported,) = outcome_of(iter([violated]))["violations"]
    assert "AssertionError: paid twice" in reported
