"""One flow, killed before and after every one of its calls, and every message twice and in another order."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.chaos import FLOWS, Flow, count_calls, run

MORE_THAN_A_FLOW = 10**6
ORDERS = ((True, False), (False, True), (True, True))
"""Whether messages come twice, and whether the last one comes first."""


def crashes(flow: Flow, calls: int, *, stride: int = 1, on_aws: bool = False) -> Iterator[Callable[[], bool]]:
    """Yield a run for each call, killed before it, and one that is killed after the last.

    After a call is before the next: between two of them nothing happens outside of the process.
    """
    for call in range(0, calls, stride):
        yield partial(run, flow, call, after=False, on_aws=on_aws)
    yield partial(run, flow, calls - 1, after=True, on_aws=on_aws)


def orders(flow: Flow) -> Iterator[Callable[[], bool]]:
    """Yield a run for each way in which messages may come; nothing is killed."""
    for twice, reordered in ORDERS:
        yield partial(run, flow, MORE_THAN_A_FLOW, after=False, twice=twice, reordered=reordered)


def outcome_of(runs: Iterator[Callable[[], bool]]) -> dict[str, Any]:
    """Carry runs out; return how many there were, how many were killed, and what was violated."""
    made = killed = 0
    violations: list[str] = []
    for one in runs:
        made += 1
        try:
            killed += one()
        except Exception as error:  # noqa: BLE001 - each is a finding
            reported = getattr(one, "args", ()), getattr(one, "keywords", {})
            violations.append(f"call {reported[0][1:]} {reported[1]}: {type(error).__name__}: {error}"[:300])
    return {"runs": made, "killed": killed, "violations": violations}


def main() -> None:
    """Print the outcome of one flow as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--flow", required=True)
    parser.add_argument("--table-stride", type=int, required=True)
    asked = parser.parse_args()
    (flow,) = (flow for flow in FLOWS if flow.name == asked.flow)
    began = time.process_time()
    calls, table_calls = count_calls(flow), count_calls(flow, on_aws=True)
    found = {
        "calls": calls,
        "table_calls": table_calls,
        "crashes": outcome_of(crashes(flow, calls)),
        "orders": outcome_of(orders(flow)),
        "table_crashes": outcome_of(crashes(flow, table_calls, stride=asked.table_stride, on_aws=True)),
        "seconds": round(time.process_time() - began, 1),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
