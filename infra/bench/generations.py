"""What six regenerations that change nothing, and six trips to the archive, leave of a take."""

from collections.abc import Mapping
from typing import Any

from infra.bench.processes import run_script
from infra.bench.recompose import Report
from infra.bench.report import Column, Row, Section

CLIPS = ("big-buck-bunny", "cockatoo")
MOST_LOST = 2
"""VMAF that six regenerations may lose altogether."""

COLUMNS = (
    Column("clip", "clip"),
    Column("what", "six times"),
    Column("vmaf_before", "VMAF before", "count"),
    Column("vmaf_after", "VMAF after", "count"),
    Column("lost", "lost", "count"),
    Column("sound_same", "sound exact"),
    Column("size", "MP4 / version 1", "x"),
)

NOTES = (
    "Mirrored: by the local provider, each time the take before; an even number of times is the original.",
    "  Beside version 1, whose VMAF beside itself stands before; and beside the footage it is made of.",
    f"  At most {MOST_LOST} may be lost altogether.",
    "Archived and brought back: beside version 1, after the first trip and after the sixth.",
    "VMAF v0.6.1: the mean over all pictures. Sound exact: every sample of all six equals version 1's.",
    "Footage of the repository (2 s, 320x180); at such a size VMAF finds more than at 720p.",
)


def measure_generations(*, report: Report) -> Section:
    """Regenerate and archive takes of real footage, six times each.

    Raises:
        BenchError: If one of them could not be made.
    """
    rows: list[Row] = []
    for clip in CLIPS:
        report(f"generations of {clip}")
        rows += rows_of(clip, run_script("tests.benchmarks.generations_case", ["--footage", clip]).answer)
    return Section("generations", "Generations of a take", COLUMNS, rows, NOTES)


def rows_of(clip: str, found: Mapping[str, Any]) -> list[Row]:
    """Return what one clip lost: by regenerations, beside version 1 and the footage, and by trips."""
    size = found["regenerated_bytes"] / found["bytes"]
    pairs = (
        ("mirrored, beside version 1", found["own_vmaf"], found["regenerated_vmaf"], size),
        ("mirrored, beside the footage", found["source_vmaf"], found["regenerated_source_vmaf"], size),
        ("archived and back, beside version 1", found["first_trip_vmaf"], found["trips_vmaf"], None),
    )
    return [
        {
            "clip": clip,
            "what": what,
            "vmaf_before": round(before, 2),
            "vmaf_after": round(after, 2),
            "lost": round(before - after, 2),
            "sound_same": found["sound_same"],
            "size": size_now,
        }
        for what, before, after, size_now in pairs
    ]
