"""What the studio's screens take in a browser: paint, blocking, shifts, bytes, requests, and length."""

import time
from typing import Any

from infra.bench.processes import BenchError, run_script
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section
from infra.bench.stack import LONGEST_S, LOOK_INTERVAL_S, BenchStack, bench_stack
from infra.flavour import ROOT

FOOTAGE = ROOT / "tests" / "footage" / "cockatoo.mp4"
FEW, MANY, RUNNING = 6, 100, 60
WATCHED_S, LONG_WATCHED_S = 30, 60
"""Seconds for which a batch is watched."""

COLUMNS = (
    Column("at", "at"),
    Column("screen", "screen"),
    Column("fcp_ms", "first paint", "ms"),
    Column("lcp_ms", "largest paint", "ms"),
    Column("blocked_ms", "blocked", "ms"),
    Column("cls", "shift"),
    Column("height_px", "page px", "count"),
    Column("bytes_kb", "kB", "count"),
    Column("requests_a_minute", "requests/min", "count"),
    Column("files_a_minute", "files/min", "count"),
    Column("busy", "main thread", "%"),
    Column("paint_ms", "press to paint", "ms"),
    Column("listeners_left", "listeners left", "count"),
    Column("heap_kb_left", "heap kB left", "count"),
)

NOTES = (
    "By the DevTools protocol of Chromium, before the whole local stack; each screen opened as a new page.",
    "Desk: 1366x768. Phone: 390x844, its processor made four times slower. The network is this machine's.",
    "Blocked: what tasks take beyond 50 ms each, all of them added up. Shift: all that no input caused.",
    "Good is a largest paint below 2,500 ms and a shift below 0.1 (web.dev/articles/vitals).",
    "First load: compressed bytes of the document, scripts, styles and the font, from an empty cache.",
    "Requests: to the API, and for files by signed addresses (pictures, video); files are the latter alone.",
    "Left: what is more than before a batch that was watched to its end, after the garbage was collected.",
    "Press to paint: from the press to the frame that shows what was asked for.",
)


def measure_studio(*, full: bool, report: Report) -> Section:
    """Fill a stack with jobs, open every screen, and return the figures.

    Args:
        full: Whether to watch a running batch for a minute instead of half of one.
        report: Called with what is being done.

    Raises:
        BenchError: If there is no Chromium or no Playwright, or a screen could not be opened.
    """
    with bench_stack(report, studio=True) as stack:
        report(f"making jobs of {FEW}, {MANY} and {RUNNING} clips")
        upload = stack.client.upload(FOOTAGE)
        jobs = {count: _make_job(stack, upload, count) for count in (FEW, MANY, RUNNING)}
        report("opening the studio's screens")
        arguments = [
            *("--url", stack.cloud.endpoint),
            # Of a stack that lives as long as the measurement.
            *("--email", stack.user.email, "--password", stack.user.password),
            *("--few", jobs[FEW], "--many", jobs[MANY], "--running", jobs[RUNNING]),
            *("--seconds", str(LONG_WATCHED_S if full else WATCHED_S)),
        ]
        found = run_script("tests.benchmarks.studio_case", arguments).answer
    return Section("studio", "The studio in a browser", COLUMNS, rows_of(found), NOTES)


def rows_of(found: dict[str, Any]) -> list[Row]:
    """Return the rows of the table, made of what the script has found."""
    kilobytes = round(found["first_load"]["bytes"] / 1000)
    chosen, batch = found["selector"], found["batch"]
    return [
        {"at": "desk", "screen": "first load", "bytes_kb": kilobytes},
        *found["screens"],
        _row(f"selector opened, {MANY} clips", paint_ms=chosen["open_ms"]),
        _row(f"all of {MANY} selected", paint_ms=chosen["select_ms"], height_px=chosen["height_px"]),
        _row(f"batch of {RUNNING} running", **batch),
        _row(f"another batch of {RUNNING}, to its end", **found["growth"]),
    ]


def _row(screen: str, **figures: float) -> Row:
    return {"at": "desk", "screen": screen, **figures}


def _make_job(stack: BenchStack, upload: str, count: int) -> str:
    """Make a job of one upload several times over, and wait until it is ready."""
    clips = [{"upload_id": upload, "title": f"Clip {number}"} for number in range(count)]
    job_id = str(stack.client.create_job(clips, title=f"{count} clips")["job_id"])
    deadline = time.monotonic() + LONGEST_S
    while (job := stack.client.job(job_id))["status"] == "preparing":
        if time.monotonic() > deadline:
            raise BenchError(f"The job of {count} clips was not ready within {LONGEST_S:.0f} s.")
        time.sleep(LOOK_INTERVAL_S)
    if job["status"] != "ready":
        raise BenchError(f"The job could not be prepared: {job['failure']}")
    return job_id
