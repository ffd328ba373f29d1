"""Tables of jobs, their clips, takes and batches."""

from collections.abc import Iterable, Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from retake_client.cli.tables import Column, dollars, listing, named, table
from retake_client.cli.take_names import clip_of, format_take
from retake_client.cli.video_tables import format_doubt, format_status, format_time
from retake_client.models import (
    AcceptedBatchView,
    BatchView,
    ClipView,
    EstimateView,
    JobEstimateView,
    JobSummary,
    JobView,
    ProfileModel,
    VersionView,
)


def jobs_table(jobs: Sequence[JobSummary]) -> Table:
    """Return jobs as a list, in the order given."""
    return listing(
        "Jobs",
        jobs,
        Column("job", lambda job: named(job["title"], job["job_id"])),
        Column("status", lambda job: format_status(job["status"])),
        Column("clips", lambda job: str(job["clip_count"]), is_number=True),
        Column("length", lambda job: format_length(job["duration_ms"]), is_number=True),
        Column("made", lambda job: format_time(job["created_at"])),
    )


def clips_table(job: JobView) -> Table:
    """Return the clips of a job in playback order, each with its current take."""
    return table(
        f"{escape(job['title'])}, {format_status(job['status'])}, {format_length(job['duration_ms'])}",
        job["clips"],
        Column("clip", lambda clip: str(clip["clip_index"]), is_number=True),
        Column("title", lambda clip: escape(clip["title"])),
        Column("status", lambda clip: escape(clip["failure"] or clip["status"])),
        Column("length", lambda clip: format_length(clip["duration_ms"]), is_number=True),
        Column("version", _version_of),
        Column("made by", lambda clip: _made_by(clip["current_version"])),
        *(
            [Column("stale", lambda clip: escape(clip.get("stale_reason") or ""))]
            if any(clip.get("stale") for clip in job["clips"])
            else []
        ),
    )


def _version_of(clip: ClipView) -> str:
    take = clip["current_version"]
    return "" if take is None else f"{take['version_number']} of {clip['version_count']}"


def _made_by(take: VersionView | None) -> str:
    return "" if take is None else escape(take["user_instruction"] or "original")


def versions_table(takes: Mapping[int, Sequence[VersionView]]) -> Table:
    """Return every take of clips by their index, newest first."""
    rows = [(index, takes_of, take) for index, takes_of in takes.items() for take in takes_of]
    made = table(
        "Version history",
        rows,
        Column("clip", lambda row: escape(clip_of(row[1], row[0])) if row[2] is row[1][0] else ""),
        Column("version", lambda row: _state_of(row[2])),
        Column("made by", lambda row: _made_by(row[2])),
        Column("cost", lambda row: dollars(row[2]["cost"]), is_number=True),
        Column("size", lambda row: f"{row[2]['size_bytes'] / 1e6:.1f} MB", is_number=True),
    )
    for shown, (_, takes_of, take) in zip(made.rows, rows, strict=True):
        shown.style = None if take["is_current"] else "dim"
        shown.end_section = take is takes_of[-1]
    return made


def _state_of(take: VersionView) -> str:
    return f"{take['version_number']} " + ("✓ current" if take["is_current"] else take["state"])


def price_table(estimate: EstimateView | JobEstimateView) -> Table:
    """Return the price breakdown a clip, subtotal, discount, total."""
    price = estimate["cost_breakdown"]
    made = table(
        "Price",
        price["clips"],
        Column("clip", lambda take: escape(format_take(take))),
        Column("length", lambda take: f"{take['duration_s']:.1f} s", is_number=True),
        Column("cost", lambda take: dollars(take["cost"]), is_number=True),
    )
    made.add_section()
    made.add_row("subtotal", "", dollars(price["subtotal"]))
    if price["discount"]:
        rate, saved = f"{price['discount_rate']:.0%}", "-" + dollars(price["discount"])
        made.add_row("batch discount", rate, saved, style="green")
    made.add_row("total", "", dollars(price["total"]), style="bold")
    return made


def notice_lines(takes: Iterable[tuple[str, ClipView | VersionView]]) -> list[str]:
    """Return what takes lost of their files, a line each.

    Args:
        takes: A name and, under ``notices``, what is to be said of it: a clip or a version.
    """
    return [
        f"[dim]{escape(name)}: {escape(notice['text'])}[/]"
        for name, take in takes
        for notice in take.get("notices", ())
    ]


def clip_notices(job: JobView) -> list[str]:
    """Return what the current takes of a job lost of their files."""
    return notice_lines(
        (f"Clip {format_take({**clip, 'clip_title': clip['title']})}", clip) for clip in job["clips"]
    )


def batch_table(batch: BatchView | AcceptedBatchView) -> Table:
    """Return the takes of a batch and how each ended."""
    return table(
        f"Batch, {format_status(batch['status'])}",
        batch["regenerations"],
        Column("clip", lambda take: escape(format_take(take)), is_number=True),
        Column("instruction", lambda take: escape(take["instruction"])),
        Column("status", lambda take: escape(take["error"] or format_doubt(take["doubt"]) or take["status"])),
        Column("version", lambda take: str(take["version_number"] or "")),
    )


def format_profile(profile: ProfileModel) -> str:
    """Return a job's size and frame rate for a sentence."""
    return f"{profile['width']}x{profile['height']} at {profile['fps']:g} frames a second"


def format_length(duration_ms: int | None) -> str:
    """Return a length in seconds; nothing where there is none yet."""
    return "" if duration_ms is None else f"{duration_ms / 1000:.1f} s"
