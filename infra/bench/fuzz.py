"""What becomes of damaged files: refused before a decoder starts, by it, or taken for what they are."""

import importlib.util
import tempfile

from infra.bench.processes import BenchError, run_script
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section

FILES = 200
ALL_FILES = 2000
CONTAINERS = ("mp4", "mov", "fragmented mp4", "mkv", "webm")
COUNTS = ("refused by structure", "refused by decoder", "accepted", "timed out", "takes", "no takes", "wrong")

COLUMNS = (
    Column("container", "container"),
    Column("files", "files", "count"),
    *(Column(name, name, "count") for name in COUNTS),
    Column("slowest_s", "slowest", "s"),
    Column("peak_bytes", "memory", "bytes"),
)


def measure_fuzz(*, full: bool, report: Report) -> Section:
    """Look into 200 damaged files of each container, with ``full`` into 2,000.

    Raises:
        BenchError: If PyAV is not installed, or looking failed in a way that it may not.
    """
    if importlib.util.find_spec("av") is None:
        raise BenchError("PyAV is not installed; `uv sync --group bench` installs it.")
    count = ALL_FILES if full else FILES
    rows: list[Row] = []
    for container in CONTAINERS:
        report(f"{count} damaged files: {container}")
        with tempfile.TemporaryDirectory(prefix="retake-fuzz-") as name:
            ended = run_script("tests.benchmarks.fuzz_case", [container, name, "--count", str(count)])
        found = {key: ended.answer.get(key, 0) for key in COUNTS}
        row = {"container": container, "files": count, **found}
        rows.append({**row, "slowest_s": ended.answer["slowest_s"], "peak_bytes": ended.peak_bytes})
    return Section("fuzz", "Damaged files", COLUMNS, rows, _NOTES)


_NOTES = (
    "Damage: bits, numbers, cuts, gaps, repeats and zeros, four of five where the file says how it is built.",
    "Refused by structure: before ffmpeg was started. Takes: of the first 100 accepted, those made into one.",
    "Wrong: accepted, and PyAV finds no picture in it, or one of another size.",
    "Memory: of the process that looks, ffmpeg included, at one moment.",
)
