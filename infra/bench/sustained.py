"""The stack under many clients, and after many batches: whether it stays as it was."""

import os
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from infra.bench.footprint import Footprint, footprint
from infra.bench.overhead import INSTRUCTIONS, make_clip
from infra.bench.processes import BenchError
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section
from infra.bench.stack import BenchStack, bench_stack
from infra.cli.session import free_port
from infra.local.cloud import LocalCloud
from infra.local.environment import IDLE_S
from retake.routes import JobRoute, UsageRoute, VideoRoute

CLIENTS = 50
IDLE_GOAL_BYTES = 500 * 10**6
"""What everything may hold together a minute after work."""

_SHORT_S, _LONG_S = 20.0, 60.0
_FEW_BATCHES, _MANY_BATCHES = 2, 5
_SHORT_SOAK, _LONG_SOAK = 20, 500
_PERCENTILES = (50, 95, 99)
_OK = 400


@dataclass
class Timings:
    """How long requests took, in seconds, and how many failed."""

    taken_s: list[float] = field(default_factory=list)
    failed: int = 0

    def percentile_s(self, percent: int) -> float | None:
        """Return the time within which so many of a hundred requests were answered."""
        if not self.taken_s:
            return None
        ordered = sorted(self.taken_s)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


LOAD_COLUMNS = (
    Column("what", "what"),
    Column("requests", "asked", "count"),
    Column("failed", "failed", "count"),
    Column("p50_s", "p50", "s"),
    Column("p95_s", "p95", "s"),
    Column("p99_s", "p99", "s"),
    Column("pss_bytes", "memory", "bytes"),
    Column("processes", "procs", "count"),
    Column("machine_load", "load"),
)

SOAK_COLUMNS = (
    Column("what", "what"),
    Column("batches", "n", "count"),
    Column("p50_s", "p50", "s"),
    Column("p95_s", "p95", "s"),
    Column("p99_s", "p99", "s"),
    Column("pss_bytes", "memory", "bytes"),
    Column("server_bytes", "server", "bytes"),
    Column("processes", "procs", "count"),
    Column("disk_bytes", "disk", "bytes"),
    Column("start_s", "start", "s"),
    Column("machine_load", "load"),
)


def measure_load(*, full: bool, report: Report) -> Section:
    """Measure reads of many clients while each job runs one batch after another.

    Raises:
        BenchError: If a batch failed.
    """
    seconds, batches = (_LONG_S, _MANY_BATCHES) if full else (_SHORT_S, _FEW_BATCHES)
    with _stack_with_job(report, jobs=batches) as (stack, jobs):
        rows = [_load_row("at rest", Timings(), _taken(stack))]
        report(f"{CLIENTS} clients for {seconds:.0f} s beside {batches} batches")
        reads, taken, most = _loaded(stack, jobs, seconds)
        rows.append(_load_row(f"{CLIENTS} clients", reads, most))
        rows.append(_load_row(f"{batches} batches at a time", taken, most))
        report(f"waiting {IDLE_S:.0f} s until idle workers have ended")
        time.sleep(IDLE_S + 15)
        rows.append(_load_row("idle", Timings(), _taken(stack)))
    title = f"Load: {CLIENTS} clients read for {seconds:.0f} s while {batches} batches run"
    return Section("load", title, LOAD_COLUMNS, rows, [_idle_note(rows[-1])])


def _loaded(stack: BenchStack, jobs: Sequence[str], seconds: float) -> tuple[Timings, Timings, Footprint]:
    """Return the times of the reads and of the batches, and the most that the stack held meanwhile."""
    stop, most = threading.Event(), [_taken(stack)]
    with ThreadPoolExecutor(CLIENTS + len(jobs) + 1) as pool:
        clients = [pool.submit(_read, stack, jobs, stop) for _ in range(CLIENTS)]
        watching = pool.submit(_watch, stack, stop, most)
        running = [pool.submit(_run_batches, stack, job, stop) for job in jobs]
        try:
            wait(running, timeout=seconds, return_when=FIRST_EXCEPTION)
        finally:
            stop.set()
        batches = _merged([one.result() for one in running])
        reads = _merged([client.result() for client in clients])
        watching.result()
    return reads, batches, max(most, key=lambda one: one.pss_bytes)


def _merged(found: Sequence[Timings]) -> Timings:
    return Timings([taken for one in found for taken in one.taken_s], sum(one.failed for one in found))


def _watch(stack: BenchStack, stop: threading.Event, most: list[Footprint]) -> None:
    while not stop.wait(2):
        most.append(_taken(stack))


def _read(stack: BenchStack, jobs: Sequence[str], stop: threading.Event) -> Timings:
    timings = Timings()
    lists = (JobRoute.LIST, VideoRoute.LIST, UsageRoute.READ)
    paths = [*(route.address() for route in lists), *(JobRoute.READ.address(job_id=job) for job in jobs)]
    headers = {"Authorization": f"Bearer {stack.token}"}
    with httpx.Client(base_url=stack.cloud.endpoint, headers=headers, timeout=60) as http:
        while not stop.is_set():
            for path in paths:
                began = time.monotonic()
                try:
                    is_answered = http.get(path).status_code < _OK
                except httpx.HTTPError:
                    is_answered = False
                timings.taken_s.append(time.monotonic() - began)
                timings.failed += not is_answered
                if stop.is_set():
                    break
    return timings


def _run_batches(stack: BenchStack, job: str, stop: threading.Event) -> Timings:
    """Run one batch of a job after another, until the clients stop."""
    timings = Timings()
    while not stop.is_set():
        instruction = INSTRUCTIONS[len(timings.taken_s) % len(INSTRUCTIONS)]
        timings.taken_s.append(_took_s(stack.run_batch(job, {0: instruction})))
    return timings


def _took_s(batch: Mapping[str, Any]) -> float:
    """Return how long a batch took, by its own times: the one who waits for it looks once a second."""
    created, finished = (datetime.fromisoformat(batch[name]) for name in ("created_at", "finished_at"))
    return (finished - created).total_seconds()


def measure_soak(*, full: bool, report: Report) -> Section:
    """Run small batches one after another and compare the first with the last of them.

    Raises:
        BenchError: If a batch failed.
    """
    count = _LONG_SOAK if full else _SHORT_SOAK
    with _stack_with_job(report, jobs=1) as (stack, (job,)):
        rows: list[Row] = [_soak_row("at rest", [], _taken(stack))]
        taken: list[float] = []
        part = max(1, count // 4)
        for number in range(count):
            report(f"batch {number + 1} of {count}")
            instruction = INSTRUCTIONS[number % len(INSTRUCTIONS)]
            taken.append(_took_s(stack.run_batch(job, {0: instruction})))
            if len(taken) % part == 0:
                name = f"{len(taken) - part + 1} to {len(taken)}"
                rows.append(_soak_row(name, taken[-part:], _taken(stack)))
        report(f"waiting {IDLE_S:.0f} s until idle workers have ended")
        time.sleep(IDLE_S + 15)
        rows.append(_soak_row("idle", [], _taken(stack)))
        rows.append(_restarted(stack, report))
    title = f"Soak: {count} batches of one clip, one after another"
    return Section("soak", title, SOAK_COLUMNS, rows, [_idle_note(rows[-2])])


def _restarted(stack: BenchStack, report: Report) -> Row:
    """Time a start with what the batches have left."""
    report("starting again")
    data = stack.cloud.directory.root
    stack.cloud.stop()
    again = LocalCloud(port=free_port(), data=data)
    began = time.monotonic()
    with again:
        taken_s = time.monotonic() - began
        found = footprint(again.pid or 0, data)
    return {**_soak_row("restarted", [], found), "start_s": taken_s}


@contextmanager
def _stack_with_job(report: Report, *, jobs: int) -> Iterator[tuple[BenchStack, list[str]]]:
    with tempfile.TemporaryDirectory(prefix="retake-bench-") as name, bench_stack(report) as stack:
        clip = Path(name) / "clip.mp4"
        make_clip(clip)
        report("making jobs")
        yield stack, [stack.make_job([clip]) for _ in range(jobs)]


def _taken(stack: BenchStack) -> Footprint:
    if stack.cloud.pid is None:
        raise BenchError("The local cloud ended by itself.")
    return footprint(stack.cloud.pid, stack.cloud.directory.root)


def _load_row(what: str, timings: Timings, found: Footprint) -> dict[str, Any]:
    return {
        "what": what,
        "requests": len(timings.taken_s),
        "failed": timings.failed,
        **{f"p{percent}_s": timings.percentile_s(percent) for percent in _PERCENTILES},
        "pss_bytes": found.pss_bytes,
        "processes": found.processes,
        "machine_load": f"{os.getloadavg()[0]:.1f}",
    }


def _soak_row(what: str, taken_s: Sequence[float], found: Footprint) -> dict[str, Any]:
    timings = Timings(list(taken_s))
    return {
        "what": what,
        "batches": len(taken_s),
        **{f"p{percent}_s": timings.percentile_s(percent) for percent in _PERCENTILES},
        "pss_bytes": found.pss_bytes,
        "server_bytes": found.server_bytes,
        "processes": found.processes,
        "disk_bytes": found.disk_bytes,
        "machine_load": f"{os.getloadavg()[0]:.1f}",
    }


def _idle_note(row: Row) -> str:
    held = int(row["pss_bytes"] or 0)
    verdict = "within" if held <= IDLE_GOAL_BYTES else "over"
    goal = f"{IDLE_GOAL_BYTES / 1e6:.0f} MB"
    return f"memory a minute after work: {held / 1e6:.0f} MB, {verdict} the {goal} that it may be"
