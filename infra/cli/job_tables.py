"""Tables of jobs, their clips and their batches."""

from collections.abc import Iterable, Sequence

from rich.markup import escape
from rich.table import Table

from infra.cli.http import Json
from infra.cli.listings import listing, named
from infra.cli.take_names import told_take
from infra.cli.video_tables import format_doubt, format_status, told_time


def jobs_table(jobs: Sequence[Json]) -> Table:
    """Return jobs as a list, in the order given."""
    table = listing("Jobs", "job", "status", "clips", "length", "made", numbers=("clips", "length"))
    for job in jobs:
        table.add_row(
            named(job["title"], str(job["job_id"])),
            format_status(job["status"]),
            str(job["clip_count"]),
            told_length(job["duration_ms"]),
            told_time(job["created_at"]),
        )
    return table


def clips_table(job: Json) -> Table:
    """Return the clips of a job in playback order, each with its current take."""
    title = f"{escape(job['title'])}, {format_status(job['status'])}, {told_length(job['duration_ms'])}"
    table = Table(title=title, title_justify="left")
    for name in ("clip", "title", "status", "length", "version", "made by"):
        table.add_column(name, justify="right" if name in ("clip", "length") else "left")
    for clip in job["clips"]:
        take = clip["current_version"]
        table.add_row(
            str(clip["clip_index"]),
            escape(clip["title"]),
            escape(clip["failure"] or clip["status"]),
            told_length(clip["duration_ms"]),
            "" if take is None else f"{take['version_number']} of {clip['version_count']}",
            "" if take is None else escape(take["user_instruction"] or "original"),
        )
    return table


def notice_lines(takes: Iterable[tuple[str, Json]]) -> list[str]:
    """Return what takes lost of their files, a line each.

    Args:
        takes: A name and, under ``notices``, what is to be said of it: a clip or a version.
    """
    return [
        f"[dim]{escape(name)}: {escape(notice['text'])}[/]"
        for name, take in takes
        for notice in take.get("notices", ())
    ]


def clip_notices(job: Json) -> list[str]:
    """Return what the current takes of a job lost of their files."""
    return notice_lines(
        (f"Clip {told_take({**clip, 'clip_title': clip['title']})}", clip) for clip in job["clips"]
    )


def batch_table(batch: Json) -> Table:
    """Return the takes of a batch and how each ended."""
    table = Table(title=f"Batch, {format_status(batch['status'])}", title_justify="left")
    for name in ("clip", "instruction", "status", "version"):
        table.add_column(name, justify="right" if name == "clip" else "left")
    for take in batch["regenerations"]:
        table.add_row(
            escape(told_take(take)),
            escape(take["instruction"]),
            escape(take["error"] or format_doubt(take["doubt"]) or take["status"]),
            "" if take["version_number"] is None else str(take["version_number"]),
        )
    return table


def format_profile(profile: Json) -> str:
    """Return a job's size and frame rate for a sentence."""
    return f"{profile['width']}x{profile['height']} at {profile['fps']:g} frames a second"


def told_length(duration_ms: int | None) -> str:
    """Return a length in seconds; nothing where there is none yet."""
    return "" if duration_ms is None else f"{duration_ms / 1000:.1f} s"
