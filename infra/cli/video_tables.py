"""Tables of videos, and their progress while they are made."""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.cli.demo_tables import dollars
from infra.cli.http import Json
from infra.cli.listings import listing, named

COLOURS = {
    "processing": "cyan",
    "preparing": "cyan",
    "in_doubt": "yellow",
    "completed": "green",
    "ready": "green",
    "failed": "red",
    "cancelled": "yellow",
}


def format_status(status: str) -> str:
    """Return a status in its colour."""
    colour = COLOURS.get(status)
    return f"[{colour}]{status}[/]" if colour else escape(status)


def format_doubt(doubt: Json | None) -> str:
    """Return what is being found out of a generation, and until when; nothing where nothing is."""
    if doubt is None:
        return ""
    until = datetime.fromisoformat(doubt["until"]).astimezone()
    return f"in_doubt: {doubt['awaited']} Known by {until:%H:%M:%S} at the latest."


def told_time(moment: str) -> str:
    """Return a moment of the API in this machine's time zone, to the minute."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def video_price_table(estimate: Json) -> Table:
    """Return what each video is going to be and cost, and all of them."""
    table = Table(title="Price", title_justify="left")
    for name in ("video", "model", "size", "length", "cost"):
        table.add_column(name, justify="right" if name in ("length", "cost") else "left")
    for number, video in enumerate(estimate["videos"], start=1):
        table.add_row(
            str(number),
            escape(video["model"]),
            str(video["size"]),
            f"{video['seconds']:g} s",
            dollars(video["cost"]),
        )
    table.add_section()
    table.add_row("total", "", "", "", dollars(estimate["estimated_total_cost"]), style="bold")
    return table


def videos_table(videos: Sequence[Json]) -> Table:
    """Return videos as a list, in the order given."""
    table = listing("Videos", "video", "status", "made by", "asked for")
    for video in videos:
        status = str(video["status"])
        percent = f"\n{video['progress']} %" if status == "processing" else ""
        doubt = f"\n{escape(format_doubt(video['doubt']))}" if video["doubt"] else ""
        cost = video["estimated_cost"] if video["actual_cost"] is None else video["actual_cost"]
        priced = "" if cost is None else f", {dollars(cost)}"
        table.add_row(
            named(video["title"], str(video["video_id"])),
            format_status(status) + percent + doubt,
            f"{escape(video['model'])}{priced}\n{video['size']}, {video['seconds']:g} s",
            told_time(video["created_at"]),
        )
    return table


class VideoProgress:
    """A bar for each of the videos that are being made.

    Where nobody looks at a terminal, a line for each change of status is printed instead.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._rows: dict[str, TaskID] = {}
        self._told: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Start to show."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave what was shown last."""
        self._progress.stop()

    def show(self, videos: Sequence[Json]) -> None:
        """Show how the videos are now."""
        for video in videos:
            video_id, status, title = str(video["video_id"]), str(video["status"]), escape(video["title"])
            if video_id not in self._rows:
                self._rows[video_id] = self._progress.add_task(title, total=100, state="")
            row = self._rows[video_id]
            state = f"{video['progress']} %" if status == "processing" else format_status(status)
            self._progress.update(row, completed=video["progress"], state=state)
            if status not in {"processing", "in_doubt"}:
                self._progress.stop_task(row)
            if self._told.get(video_id) != status:
                self._told[video_id] = status
                self._line(f"{title}: {format_doubt(video['doubt']) or status}")

    def _line(self, text: str) -> None:
        if not self._console.is_terminal:
            self._console.print(f"  {text}", highlight=False)
