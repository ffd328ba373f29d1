"""What the archive saves of old takes, at which quality, and what saving it takes."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.bench.processes import Finished, run_script
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section, Value

REPEATS = 2
WANTED = "30-50 %"
"""How much smaller archived takes should be."""


@dataclass(frozen=True)
class Clip:
    """A clip whose take is archived.

    Attributes:
        title: What the table calls it.
        is_real: Whether a camera or an animator made its pictures, before any change.
        arguments: Arguments of the script that makes it.
    """

    title: str
    is_real: bool
    arguments: tuple[str, ...]


def _footage(name: str, instruction: str = "") -> Clip:
    title = f"{name}, {instruction}" if instruction else name
    return Clip(title, is_real=True, arguments=("--footage", name, "--words", instruction))


def _made(prompt: str) -> Clip:
    return Clip(f"made: {prompt}", is_real=False, arguments=("--words", prompt))


CLIPS = (
    _footage("big-buck-bunny"),
    _footage("big-buck-bunny", "make it nighttime"),
    _footage("big-buck-bunny", "add more motion"),
    _footage("cockatoo"),
    _footage("cockatoo", "warmer colors"),
    _footage("cockatoo", "brighter"),
    _made("clouds over the sea at dawn"),
    _made("a street in the rain"),
    _made("fast neon city"),
)

COLUMNS = (
    Column("clip", "clip"),
    Column("saved_picture", "picture saved", "%"),
    Column("saved", "take saved", "%"),
    Column("vmaf", "VMAF", "count"),
    Column("times_plain", "processor / veryfast", "x"),
    Column("peak_bytes", "memory", "bytes"),
)

NOTES = (
    "Picture: the video stream. Take: MP4, WAV and thumbnail, beside what the archive keeps (MP4, FLAC",
    "  and thumbnail): the picture is encoded once more, the sound is exact.",
    "VMAF: the mean over all pictures, as the encoder judges clips this short.",
    "A clip without VMAF could not lose a tenth of its MP4 at VMAF 93: its picture is archived as it is.",
    "Processor: all attempts with their judging, beside one plain x264 veryfast encode of the take;",
    f"  medians of {REPEATS}, in turns. Memory: of all that was run, making the take included.",
    "Real: footage of the repository (2 s, 320x180), and what the local provider makes of it.",
)


def measure_archive(*, report: Report) -> Section:
    """Archive takes of real footage and of clips that the local provider made.

    Raises:
        BenchError: If one of them could not be made or compressed.
    """
    rows: list[Row] = []
    for clip in CLIPS:
        report(clip.title)
        arguments = [*clip.arguments, "--repeat", str(REPEATS)]
        rows.append(row_of(clip, run_script("tests.benchmarks.archive_case", arguments)))
    rows.append(median_of_real(rows))
    return Section("archive", "Archiving old takes", COLUMNS, rows, NOTES)


def row_of(clip: Clip, ended: Finished) -> Row:
    """Return what one clip saved; of one that could not shrink only the sound is smaller."""
    found: Mapping[str, Any] = ended.answer
    return {
        "clip": clip.title,
        "is_real": clip.is_real,
        "saved_picture": 1 - found["archived_picture_bytes"] / found["picture_bytes"],
        "saved": 1 - found["archived_bytes"] / found["bytes"],
        "vmaf": None if found["vmaf"] is None else round(found["vmaf"], 1),
        "times_plain": found["cpu_seconds"] / found["plain_cpu_seconds"],
        "peak_bytes": ended.peak_bytes,
        "bytes": found["bytes"],
        "archived_bytes": found["archived_bytes"],
        "picture": f"{found['width']}x{found['height']}",
        "frames": found["frames"],
    }


def median_of_real(rows: Sequence[Row]) -> Row:
    """Return the medians over real footage, what could not shrink included."""
    real = [row for row in rows if row["is_real"]]
    figures = ("saved_picture", "saved", "vmaf", "times_plain")
    return {
        "clip": f"real footage, median (wanted: {WANTED})",
        **{figure: _median([row[figure] for row in real]) for figure in figures},
    }


def _median(values: Sequence[Value]) -> float | None:
    numbers = [value for value in values if isinstance(value, int | float)]
    return statistics.median(numbers) if numbers else None
