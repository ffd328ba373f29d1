"""Whether anything is lost or paid twice, wherever a process dies: every flow, killed at every call."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.bench.processes import BenchError, run_script
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section
from retake.variables import Powertools

FLOWS = (
    *(f"regenerate, {way}" for way in ("token", "lookup", "none")),
    *(f"execution stopped, {way}" for way in ("token", "lookup", "none")),
    *(f"answer lost, {way}" for way in ("token", "lookup", "none")),
    "clips that continue each other",
    "cancel a batch",
    "pause and resume",
    "held, and resumed",
    "held, with another model",
    "retry a batch",
    *(f"fetch again, {way}" for way in ("token", "lookup", "none")),
    "videos",
    "retry a video",
    "job of a file and words",
    "archive what passes the cap",
    "restore a take",
    "bring a take back",
    "archive and delete by age",
    "add a file and words",
    "edit a timeline and undo it",
    "sound track",
    "bring a deleted job back",
    "delete a job",
    "download a job",
    "schedule a video",
    "template",
    "share and comment",
)
"""What ``tests.chaos`` calls them; a test holds the two lists against each other."""

TABLE_STRIDE, FULL_TABLE_STRIDE = 10, 1
"""Of the calls of the table's client one in so many is killed; each takes a run of some 0.3 s."""

NOTES = (
    "Calls: of the table, the bucket, queues, workflows and the provider, from the request to rest.",
    "A run is killed before each of them, which is after the one before, and one after the last.",
    "Then clients ask again, queues deliver again, schedules run.",
    "Then hold: one current take a clip, numbers without gaps, objects as records, usage and spending as",
    "sums, at most one job at the provider a generation, an end for each batch; and each job is used again.",
    "Other orders: every message twice, the last one first, and both.",
    "Providers of each kind of recovery: token, lookup, none. Media tools are fakes.",
)

COLUMNS = (
    Column("flow", "flow"),
    Column("calls", "calls", "count"),
    Column("runs", "runs", "count"),
    Column("killed", "killed", "count"),
    Column("orders", "other orders", "count"),
    Column("table_calls", "with the table's", "count"),
    Column("table_runs", "runs", "count"),
    Column("violations", "violations", "count"),
    Column("seconds", "processor", "s"),
)


def measure_chaos(*, full: bool, report: Report) -> Section:
    """Kill each flow before and after each of its calls, recover, and check everything.

    Args:
        full: Whether to kill at every call of the table's client instead of one in 10.
        report: Called with what is being done.

    Raises:
        BenchError: If something was violated, or a run was not killed where it should have been.
    """
    stride = FULL_TABLE_STRIDE if full else TABLE_STRIDE

    def measure(flow: str) -> Row:
        report(f"killing: {flow}")
        arguments = ["--flow", flow, "--table-stride", str(stride)]
        environment = {Powertools.LOG_LEVEL.value: "CRITICAL"}
        return row_of(
            flow, run_script("tests.benchmarks.chaos_case", arguments, environment=environment).answer
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = list(pool.map(measure, FLOWS))
    which = "each" if stride == 1 else f"one in {stride}"
    notes = [*NOTES, f"With the table's: the requests of its client, one by one; {which} is killed."]
    return Section("chaos", "Killed before and after every call", COLUMNS, rows, notes)


def row_of(flow: str, found: dict[str, Any]) -> Row:
    """Return what came of a flow as a row.

    Raises:
        BenchError: If something was violated, or no process was killed.
    """
    parts = [found["crashes"], found["orders"], found["table_crashes"]]
    violations = [text for part in parts for text in part["violations"]]
    if violations:
        raise BenchError(f"{flow}: {len(violations)} violations, such as {violations[0]}")
    for part in (found["crashes"], found["table_crashes"]):
        if part["killed"] != part["runs"]:
            raise BenchError(f"{flow}: of {part['runs']} runs only {part['killed']} were killed.")
    return {
        "flow": flow,
        "calls": found["calls"],
        "runs": found["crashes"]["runs"],
        "killed": found["crashes"]["killed"],
        "orders": found["orders"]["runs"],
        "table_calls": found["table_calls"],
        "table_runs": found["table_crashes"]["runs"],
        "violations": 0,
        "seconds": found["seconds"],
    }
