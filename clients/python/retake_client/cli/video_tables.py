"""Tables of videos, and their progress while they are made."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.progress import TaskID
from rich.table import Table

from retake_client.cli.narration import LiveRows
from retake_client.cli.tables import Column, dollars, listing, named, table
from retake_client.models import DoubtView, TrackedVideoView, VideoEstimatesView

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


def format_doubt(doubt: DoubtView | None) -> str:
    """Return what is being found out of a generation, and until when; nothing where nothing is."""
    if doubt is None:
        return ""
    until = datetime.fromisoformat(doubt["until"]).astimezone()
    return f"in_doubt: {doubt['awaited']} Known by {until:%H:%M:%S} at the latest."


def format_time(moment: str) -> str:
    """Return a moment of the API in this machine's time zone, to the minute."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def video_price_table(estimate: VideoEstimatesView) -> Table:
    """Return what each video is going to be and cost, and all of them."""
    made = table(
        "Price",
        list(enumerate(estimate["videos"], start=1)),
        Column("video", lambda row: str(row[0])),
        Column("model", lambda row: escape(row[1]["model"])),
        Column("size", lambda row: str(row[1]["size"])),
        Column("length", lambda row: f"{row[1]['seconds']:g} s", is_number=True),
        Column("cost", lambda row: dollars(row[1]["cost"]), is_number=True),
    )
    made.add_section()
    made.add_row("total", "", "", "", dollars(estimate["estimated_total_cost"]), style="bold")
    return made


def videos_table(videos: Sequence[TrackedVideoView]) -> Table:
    """Return videos as a list, in the order given."""
    return listing(
        "Videos",
        videos,
        Column("video", lambda video: named(video["title"], video["video_id"])),
        Column("status", _status_of),
        Column("made by", _made_by),
        Column("asked for", lambda video: format_time(video["created_at"])),
    )


def _status_of(video: TrackedVideoView) -> str:
    status = str(video["status"])
    percent = f"\n{video['progress']} %" if status == "processing" else ""
    doubt = f"\n{escape(format_doubt(video['doubt']))}" if video["doubt"] else ""
    return format_status(status) + percent + doubt


def _made_by(video: TrackedVideoView) -> str:
    cost = video["estimated_cost"] if video["actual_cost"] is None else video["actual_cost"]
    priced = "" if cost is None else f", {dollars(cost)}"
    return f"{escape(video['model'])}{priced}\n{video['size']}, {video['seconds']:g} s"


class VideoProgress(LiveRows):
    """A bar for each of the videos that are being made.

    Where the output is no terminal, a line for each change of status is printed instead.
    """

    def __init__(self, console: Console) -> None:
        super().__init__(console, "{task.description}")
        self._rows: dict[str, TaskID] = {}
        self._printed: dict[str, str] = {}

    def show(self, videos: Sequence[TrackedVideoView]) -> None:
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
            if self._printed.get(video_id) != status:
                self._printed[video_id] = status
                self._line(f"{title}: {format_doubt(video['doubt']) or status}")

    def _line(self, text: str) -> None:
        if not self._console.is_terminal:
            self._console.print(f"  {text}", highlight=False)
