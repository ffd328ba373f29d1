"""Limits of the stack: a simulation with the numbers of the template and measured durations.

Nothing is deployed. Lambda, SQS and Step Functions are taken for as fast as they say; what is simulated is
what this stack decides itself: how many workers a queue has, how long a clip may be silent, how often its API
answers.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from infra.assembly import assemble
from infra.bench.capacity import ACCOUNT, Capacity, read_capacity
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section
from infra.bench.simulation import (
    ARCHIVE_S,
    ARCHIVED_A_DAY,
    FETCH_S,
    FIRST_PAUSE_S,
    GENERATION_S,
    HEARTBEAT_S,
    INGEST_S,
    LOOK_S,
    SUBMIT_S,
    THROTTLED,
    Generations,
    archive_hours,
)
from infra.flavour import Flavour

FEW_WORKERS = 2
NEW_ACCOUNT = 10
"""Concurrent executions of an account that is new; it gets fewer workers a queue."""

WATCHED_JOBS, USERS = 1_000, 10_000
REQUESTS_OF_A_WATCHER, REQUESTS_OF_AN_IDLE_PAGE = 2.0, 0.2
"""A second: events and progress of a running job at the most, and the events of a page where nothing runs."""
OPEN_PAGES = 0.1
"""Share of all users who have the studio open while nothing runs."""
REQUEST_S = 0.05

COLUMNS = (
    Column("case", "case"),
    Column("measure", "measure"),
    Column("value", "value", "count"),
    Column("throttled", "a tenth throttled", "count"),
    Column("bound", "bound", "count"),
    Column("holds", "holds"),
)


def requests_a_second() -> float:
    """Return what the API is asked by all who watch, and by pages where nothing runs."""
    return WATCHED_JOBS * REQUESTS_OF_A_WATCHER + USERS * OPEN_PAGES * REQUESTS_OF_AN_IDLE_PAGE


def measure_scale(*, report: Report) -> Section:
    """Simulate the target load, and print it beside what the template allows."""
    report("synthesising the template for AWS")
    assembly: Path = assemble(flavour=Flavour.AWS)
    capacity = read_capacity(json.loads((assembly / "Retake.template.json").read_text(encoding="utf-8")))
    few = Capacity(FEW_WORKERS, FEW_WORKERS, FEW_WORKERS, capacity.requests_per_second, NEW_ACCOUNT)
    rows = [
        *_rows("300 generations in flight", capacity, batches=300, clips=10, report=report),
        *_rows("100 batches of 100 clips at once", capacity, batches=100, clips=100, report=report),
        *_rows("a new account: 10 batches of 20 clips", few, batches=10, clips=20, report=report),
        _row(
            f"{ARCHIVED_A_DAY:,} takes due at once",
            "hours until all are archived",
            (archive_hours(capacity, 0), archive_hours(capacity, THROTTLED)),
            at_most=24,
        ),
        _row(
            f"{WATCHED_JOBS:,} watched jobs, {USERS:,} users",
            "requests a second",
            (requests_a_second(), requests_a_second() * (1 + THROTTLED)),
            at_most=capacity.requests_per_second,
        ),
        _row(
            f"{WATCHED_JOBS:,} watched jobs, {USERS:,} users",
            "executions of the API at once",
            (requests_a_second() * REQUEST_S, requests_a_second() * (1 + THROTTLED) * REQUEST_S),
            at_most=capacity.executions,
        ),
    ]
    return Section("scale", "The target load, beside what the stack allows", COLUMNS, rows, _notes(capacity))


def _rows(case: str, capacity: Capacity, *, batches: int, clips: int, report: Report) -> Iterator[Row]:
    report(f"simulating {case}")
    runs = [Generations(capacity, share).run(batches=batches, clips=clips) for share in (0.0, THROTTLED)]
    # What a provider alone would do that begins the next clip when one is a take.
    possible = 3600 / (GENERATION_S + INGEST_S) * batches
    hourly = (3600 * runs[0].clips / runs[0].seconds, 3600 * runs[1].clips / runs[1].seconds)
    yield _row(case, "clips an hour", hourly, at_least=0.8 * possible)
    yield _row(
        case, "longest silence of a clip (s)", (runs[0].silence_s, runs[1].silence_s), at_most=HEARTBEAT_S
    )
    yield _row(case, "clips silent for too long", (runs[0].missed, runs[1].missed), at_most=0)
    yield _row(
        case, "executions at once", (runs[0].executions, runs[1].executions), at_most=capacity.executions
    )


def _row(
    case: str,
    measure: str,
    values: tuple[float, float],
    *,
    at_most: float | None = None,
    at_least: float | None = None,
) -> Row:
    bound = at_least if at_most is None else at_most
    holds = all(
        (at_most is None or value <= at_most) and (at_least is None or value >= at_least) for value in values
    )
    return {
        "case": case,
        "measure": measure,
        "value": round(values[0], 1),
        "throttled": round(values[1], 1),
        "bound": None if bound is None else round(bound, 1),
        "holds": holds,
    }


def _notes(capacity: Capacity) -> list[str]:
    return [
        f"Workers by template: {capacity.submit} submit, {capacity.poll} poll, {capacity.archive} archive.",
        f"{ACCOUNT:,} executions at once are an ordinary account's. A new one has {NEW_ACCOUNT}, and gets",
        f"  {FEW_WORKERS} workers a queue of `retake deploy`.",
        f"A clip takes {GENERATION_S:g} s at the provider, 25 % more or less; one invocation, in seconds:",
        f"  submitting {SUBMIT_S:g}, a look {LOOK_S:g}, fetching {FETCH_S:g}, ingesting {INGEST_S:g},",
        f"  archiving {ARCHIVE_S:g}.",
        "Clips an hour: at least four fifths of what the provider alone would do.",
        "Silence: no more than the heartbeat of a step.",
        f"Throttled: every tenth call is refused, and tried again after up to {FIRST_PAUSE_S:g} s, doubling.",
    ]
