"""How fast the video is recomposed, beside three other ways of joining the same takes."""

import importlib.util
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from infra.assets import installed_ffmpeg
from infra.bench.processes import BenchError, Finished, run_script
from infra.bench.report import Column, Row, Section

CLIP_SECONDS = 10
DISTINCT_TAKES = 4
CLIPS = (3, 6, 20)
MANY_CLIPS = 60
REPEATS = 9
IN_TURN = ("changed", "retake", "copy")
"""Ways that are measured in turn, and again and again."""

WAYS = {
    "copy": "copy of the same bytes",
    "retake": "Retake",
    "changed": "Retake, one clip changed",
    "whole": "Retake, one clip normalised and changed",
    "first": "Retake, for the first time",
    "exact": "ffmpeg, sound encoded whole",
    "filter": "concat filter, veryfast",
    "moviepy": "MoviePy 2.2.1",
}

UNCHECKED = ("whole", "first", "exact")
"""Ways whose frames the tests check, not this."""

COLUMNS = (
    Column("clips", "clips", "count"),
    Column("way", "way"),
    Column("seconds", "time", "s"),
    Column("times_retake", "/ Retake", "x"),
    Column("cpu_times_retake", "processor / Retake", "x"),
    Column("times_copy", "/ copy", "x"),
    Column("cpu_times_copy", "processor / copy", "x"),
    Column("times_whole", "/ normalised", "x"),
    Column("peak_bytes", "memory", "bytes"),
    Column("own_bytes", "no files", "bytes"),
    Column("sent_bytes", "sent", "bytes"),
    Column("fetched_bytes", "fetched", "bytes"),
    Column("exact", "exact"),
)

Report = Callable[[str], None]


def measure_recompose(*, full: bool, report: Report, clips: Sequence[int] = CLIPS) -> Section:
    """Join 3, 6, 20 (and with ``full`` 60) clips of 10 s at 720p in every way.

    Raises:
        BenchError: If MoviePy is not installed, or a way failed.
    """
    if importlib.util.find_spec("moviepy") is None:
        raise BenchError("MoviePy is not installed; `uv sync --group bench` installs it.")
    counts = [*clips, MANY_CLIPS] if full else list(clips)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="retake-bench-") as name:
        directory = Path(name)
        report(f"making {DISTINCT_TAKES} takes of {CLIP_SECONDS} s")
        made = run_script(
            "tests.benchmarks.make_takes",
            [name, "--count", str(DISTINCT_TAKES), "--seconds", str(CLIP_SECONDS)],
        ).answer
        (directory / "ffmpeg").symlink_to(installed_ffmpeg())
        (directory / "takes.json").write_text(json.dumps(made), encoding="utf-8")
        for count in counts:
            rows += _measure_count(directory, count, report)
    sizes = sum(int(take["size_bytes"]) for take in made["takes"]) / DISTINCT_TAKES
    return Section("recompose", "Recomposing clips of 10 s at 720p", COLUMNS, rows, _notes(sizes))


def _measure_count(directory: Path, count: int, report: Report) -> list[Row]:
    # In this order: the first time keeps its video, and each that follows leaves one to check.
    found: dict[str, Finished] = {}
    exact: dict[str, bool] = {"copy": True}
    for way, check in (("first", ""), ("changed", "check changed"), ("retake", "check")):
        found[way] = _run(directory, way, count, report)
        if check:
            report(f"{count} clips: checking every frame")
            exact[way] = bool(_compose(directory, check, count).answer["exact"])
    for way in ("copy", "whole", "exact", "filter", "moviepy"):
        found[way] = _run(directory, way, count, report)
    report(f"{count} clips: ours and the copy in turn")
    answers = _compose(directory, "in turn", count, "--repeat", str(REPEATS)).answer
    found |= {way: replace(found[way], answer=answers[way]) for way in IN_TURN}
    report(f"{count} clips: counting bytes")
    moved = run_script("tests.benchmarks.transfer_case", [str(directory), "--clips", str(count)]).answer
    return rows_of(count, found, exact=exact, moved=moved)


def _run(directory: Path, way: str, count: int, report: Report) -> Finished:
    report(f"{count} clips: {WAYS[way]}")
    return _compose(directory, way, count)


def _compose(directory: Path, *arguments: str | int) -> Finished:
    way, count, *more = map(str, arguments)
    return run_script("tests.benchmarks.compose_case", [way, str(directory), "--clips", count, *more])


def rows_of(
    count: int,
    found: dict[str, Finished],
    *,
    exact: Mapping[str, bool],
    moved: Mapping[str, Mapping[str, int]],
) -> list[Row]:
    """Return the rows of one number of clips, each beside ours and beside the copy.

    Args:
        count: How many clips.
        found: What each way took; the least of several times counts, which other work disturbed least.
        exact: Whether each video that was checked was exact; the peers' never are, they encode again.
        moved: The bytes that were sent to S3 and fetched, of the ways that were counted.
    """
    seconds = {way: min(ended.answer["seconds"]) for way, ended in found.items()}
    cpu = {way: min(ended.answer["cpu_seconds"]) for way, ended in found.items()}
    return [
        {
            "clips": count,
            "way": title,
            "seconds": seconds[way],
            "times_retake": seconds[way] / seconds["retake"],
            "cpu_seconds": cpu[way],
            "cpu_times_retake": cpu[way] / cpu["retake"],
            "times_copy": seconds[way] / seconds["copy"],
            "cpu_times_copy": cpu[way] / cpu["copy"],
            "times_whole": seconds[way] / seconds["whole"] if "whole" in seconds else None,
            "peak_bytes": found[way].peak_bytes,
            "own_bytes": found[way].own_bytes,
            "sent_bytes": moved[way]["sent"] if way in moved else None,
            "fetched_bytes": moved[way]["fetched"] if way in moved else None,
            "exact": None if way in UNCHECKED else exact.get(way, False),
        }
        for way, title in WAYS.items()
        if way in found
    ]


def _notes(take_bytes: float) -> list[str]:
    return [
        f"{DISTINCT_TAKES} distinct takes of {take_bytes / 1024**2:.1f} MiB on average, repeated in turn.",
        f"Retake, one clip changed and the copy: the least of {REPEATS} in turn; the others once.",
        "Retake: parts of a video of the same takes are taken over. Page cache warm; clips share nothing.",
        "Sent and fetched: bytes to and from S3, by the function's own client.",
        "Processor: user and system time of all processes, which the machine's other work changes less.",
        "Concat filter: ffmpeg decodes all, joins, encodes with x264 veryfast. MoviePy: its defaults.",
        "Memory: the most at one moment, of all processes, the Python that drives them included.",
        "No files: the same without pages of program files and of others.",
        "/ normalised: beside all that a changed clip takes, from the file that a provider sent.",
        "Exact: every decoded frame of the video equals the take's, in order (MD5), none more or less.",
    ]
