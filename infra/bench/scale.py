"""Limits of the stack: a simulation with the numbers of the template and measured durations.

Nothing is deployed. Lambda, SQS and Step Functions are taken for as fast as they say; what is simulated is
what this stack decides itself: how many workers a queue has, how long a clip may be silent, how often its API
answers.
"""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.assembly import assemble
from infra.bench.queueing import Act, Clockwork, Pool
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section
from infra.flavour import Flavour

GENERATION_S = 120.0
"""What a provider takes for a clip: between half a minute and five minutes; two are common."""
SUBMIT_S, LOOK_S, FETCH_S, INGEST_S, ARCHIVE_S = 1.5, 0.4, 3.0, 8.0, 20.0
"""Seconds of one invocation, measured on two processors (docs/benchmarks.md) and rounded up."""
LOOK_DELAYS_S = (0, 1, 2, 3, 5)
"""Between looks; a test compares them with those of ``retake.services.generation.poll_generation``."""
HEARTBEAT_S = 210
"""How long a clip may be silent before its step is tried again; compared with ``start_batch``, likewise."""
THROTTLED = 0.1
"""Share of all calls that are refused and tried again."""
FIRST_PAUSE_S = 1.0
"""Before a refused call is tried again, at most; it doubles (full jitter)."""
ACCOUNT, NEW_ACCOUNT = 1000, 10
"""Concurrent executions of an ordinary account, and of one that is new."""
FEW_WORKERS = 2

WATCHED_JOBS, USERS = 1_000, 10_000
REQUESTS_OF_A_WATCHER, REQUESTS_OF_AN_IDLE_PAGE = 2.0, 0.2
"""A second: events and progress of a running job at the most, and the events of a page where nothing runs."""
OPEN_PAGES = 0.1
"""Share of all users who have the studio open while nothing runs."""
REQUEST_S = 0.05
ARCHIVED_A_DAY = 20_000
SEED = 7

COLUMNS = (
    Column("case", "case"),
    Column("measure", "measure"),
    Column("value", "value", "count"),
    Column("throttled", "a tenth throttled", "count"),
    Column("bound", "bound", "count"),
    Column("holds", "holds"),
)


@dataclass(frozen=True)
class Capacity:
    """What the template allows.

    Attributes:
        submit, poll, archive: Workers of each queue at once.
        requests_per_second: Of the whole API.
        executions: Of the account.
    """

    submit: int
    poll: int
    archive: int
    requests_per_second: int
    executions: int = ACCOUNT


def read_capacity(template: Mapping[str, Any]) -> Capacity:
    """Read them from a synthesised template, with the defaults of its parameters."""
    resources = template["Resources"].values()

    def value(found: Any) -> int:  # noqa: ANN401 - a number, or a reference to a parameter
        return int(template["Parameters"][found["Ref"]]["Default"] if isinstance(found, dict) else found)

    workers = {
        resource["Properties"]["FunctionName"]["Ref"]: value(
            resource["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        )
        for resource in resources
        if resource["Type"] == "AWS::Lambda::EventSourceMapping"
    }
    by_module = {
        resource["Properties"]["Handler"].split(".")[2]: workers[name]
        for name, resource in template["Resources"].items()
        if name in workers
    }
    (stage,) = (item["Properties"] for item in resources if item["Type"] == "AWS::ApiGatewayV2::Stage")
    return Capacity(
        submit=by_module["submit_generation"],
        poll=by_module["poll_generation"],
        archive=by_module["archive_version"],
        requests_per_second=value(stage["DefaultRouteSettings"]["ThrottlingRateLimit"]),
    )


@dataclass
class Found:
    """What a run led to.

    Attributes:
        clips: How many were made.
        seconds: Until all were.
        silence_s: The longest time in which a clip was not heard of.
        missed: How often a clip was silent for longer than it may be.
        executions: Of functions, at one moment.
    """

    clips: int = 0
    seconds: float = 0.0
    silence_s: float = 0.0
    missed: int = 0
    executions: int = 0

    def heard(self, silence_s: float) -> None:
        """Note that a clip was heard of after a time."""
        self.silence_s = max(self.silence_s, silence_s)
        self.missed += silence_s > HEARTBEAT_S


@dataclass
class Generations:
    """Batches that run at once, each of them one clip after another.

    Attributes:
        capacity: What the template allows.
        throttled: Share of calls that are refused.
    """

    capacity: Capacity
    throttled: float
    clock: Clockwork = field(default_factory=Clockwork)
    found: Found = field(default_factory=Found)

    def __post_init__(self) -> None:
        self._chance = random.Random(SEED)  # noqa: S311 - a simulation's
        self._account = Pool(self.capacity.executions)
        self._submit = Pool(self.capacity.submit)
        self._poll = Pool(self.capacity.poll)
        # Steps of executions: nothing but the account bounds them.
        self._steps = Pool(self.capacity.executions)

    def run(self, *, batches: int, clips: int) -> Found:
        """Make so many batches of so many clips."""
        for _ in range(batches):
            self._make(clips)
        self.clock.run()
        self.found.seconds = self.clock.now
        self.found.executions = self._account.most
        return self.found

    def _make(self, clips: int) -> None:
        if not clips:
            return
        asked = self.clock.now

        def submitted() -> None:
            self.found.heard(self.clock.now - asked)
            done_at = self.clock.now + GENERATION_S * self._chance.uniform(0.75, 1.25)
            self._look(clips, done_at, number=0, heard_at=self.clock.now)

        self._invoke(self._submit, SUBMIT_S, submitted)

    def _look(self, clips: int, done_at: float, *, number: int, heard_at: float) -> None:
        def sent() -> None:
            is_done = self.clock.now >= done_at
            self._invoke(self._poll, LOOK_S + (FETCH_S if is_done else 0), lambda: looked(is_done=is_done))

        def looked(*, is_done: bool) -> None:
            self.found.heard(self.clock.now - heard_at)
            if is_done:
                self._invoke(self._steps, INGEST_S, ingested)
            else:
                self._look(clips, done_at, number=number + 1, heard_at=self.clock.now)

        def ingested() -> None:
            self.found.clips += 1
            self._make(clips - 1)

        self.clock.after(LOOK_DELAYS_S[min(number, len(LOOK_DELAYS_S) - 1)], sent)

    def _invoke(self, workers: Pool, seconds: float, done: Act) -> None:
        """Run a function once its queue has a free worker and its account a free execution."""

        def ended() -> None:
            self._account.leave()
            workers.leave()
            done()

        def started() -> None:
            self.clock.after(seconds, ended)

        # A worker that is refused is not free meanwhile.
        workers.enter(lambda: self.clock.after(self._refusals_s(), lambda: self._account.enter(started)))

    def _refusals_s(self) -> float:
        passed, pause = 0.0, FIRST_PAUSE_S
        while self._chance.random() < self.throttled:
            passed += self._chance.uniform(0, pause)
            pause *= 2
        return passed


def archive_hours(capacity: Capacity, throttled: float) -> float:
    """Return how long a day's takes need that all fall due at the same moment, as after a busy day."""
    clock, workers, chance = Clockwork(), Pool(capacity.archive), random.Random(SEED)  # noqa: S311 - a simulation's
    for _ in range(ARCHIVED_A_DAY):
        refused = FIRST_PAUSE_S if chance.random() < throttled else 0.0
        workers.enter(lambda seconds=ARCHIVE_S + refused: clock.after(seconds, workers.leave))  # type: ignore[misc]
    clock.run()
    return clock.now / 3600


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
