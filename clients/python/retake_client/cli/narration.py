"""Prints progress: live on a terminal, in plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from retake_client.cli.take_names import format_take
from retake_client.events import Event


@dataclass
class Step:
    """Something that took a while.

    Attributes:
        name: One word, for programs.
        seconds: How long it took; set at its end, unless a more exact time was set before.
        limit_s: How long it may take, where a limit is promised.
        report: Tells what exactly is going on.
    """

    name: str
    seconds: float | None = None
    limit_s: float | None = None
    report: Callable[[str], None] = print

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints of it."""
        report = {"name": self.name, "seconds": round(self.seconds or 0, 3)}
        return report if self.limit_s is None else {**report, "limit_seconds": self.limit_s}


class Narrator:
    """Writes to one console and keeps the time that each step took."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.steps: list[Step] = []

    @contextmanager
    def step(self, name: str, doing: str, *, limit_s: float | None = None) -> Iterator[Step]:
        """Do a step under a spinner; say how long it took."""
        started = time.monotonic()
        with self.spinner(doing) as report:
            step = Step(name, limit_s=limit_s, report=report)
            yield step
        if step.seconds is None:
            step.seconds = time.monotonic() - started
        self.steps.append(step)
        self.console.print(f"[green]✓[/] {escape(doing)} [dim]{step.seconds:.2f} s[/]")

    @contextmanager
    def spinner(self, doing: str) -> Iterator[Callable[[str], None]]:
        """Show that something is going on, and give the way to say what exactly."""
        if not self.console.is_terminal:
            yield lambda line: self.console.print(f"  {line}", highlight=False)
            return
        with self.console.status(f"{escape(doing)} …") as status:
            yield lambda line: status.update(f"{escape(doing)} … [dim]{escape(line)}[/]")

    def say(self, text: str = "") -> None:
        """Print a line; rich's markup is understood."""
        self.console.print(text, highlight=False, soft_wrap=True)

    def row(self, name: str, value: str) -> None:
        """Print a named value, as it is."""
        self.console.print(f"  [bold]{name:<8}[/] {escape(value)}", highlight=False, soft_wrap=True)


WORDS = {
    "clip_regenerating": "regenerating",
    "clip_complete": "done",
    "clip_failed": "failed",
}
LIVE = {"regenerating": "[cyan]regenerating[/]", "done": "[green]done[/]", "failed": "[red]failed[/]"}


class LiveRows:
    """Rows of a terminal, each with a bar, a state and its time, shown while the block runs."""

    def __init__(self, console: Console, *columns: str) -> None:
        """Prepare rows that begin with these columns, in rich's templates."""
        self._console = console
        self._progress = Progress(
            SpinnerColumn(finished_text=" "),
            *map(TextColumn, columns),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Self:
        """Start to show."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave what was shown last."""
        self._progress.stop()


class ClipProgress(LiveRows):
    """Each clip of a batch, and what the events stream says about it."""

    def __init__(
        self, console: Console, instructions: Mapping[int, str], names: Mapping[int, str] | None = None
    ) -> None:
        super().__init__(console, "clip {task.fields[clip]}", "[italic]{task.description}")
        self._started: dict[str, float] = {}
        self._rows: dict[int, TaskID] = {
            index: self._progress.add_task(
                escape(text),
                start=False,
                total=None,
                clip=escape((names or {}).get(index, str(index))),
                state="queued",
            )
            for index, text in instructions.items()
        }
        self._instructions = instructions

    def show(self, event: Event) -> None:
        """Show what an event says."""
        word = WORDS.get(event.name)
        if word is None:
            self._line(event.name.replace("_", " "))
            return
        index, name = int(event.data["clip_index"]), format_take(event.data)
        row = self._rows.get(index)
        if row is None:
            return
        self._progress.start_task(row)
        if word == "regenerating":
            self._started.setdefault(name, time.monotonic())
            self._line(f'clip {name} regenerating: "{self._instructions[index]}"')
        else:
            self._end(name, row, word, event)
        self._progress.update(row, clip=escape(name), state=LIVE[word])

    def _end(self, name: str, row: TaskID, word: str, event: Event) -> None:
        takes = int(event.data.get("takes", 1))
        self._progress.update(row, total=takes, advance=1 if word == "done" else 0)
        if event.data.get("take", 1) == takes:
            self._progress.stop_task(row)
        taken = time.monotonic() - self._started.get(name, time.monotonic())
        said = f"version {event.data['version_number']}" if word == "done" else str(event.data.get("error"))
        self._line(f"clip {name} {word}: {said} ({taken:.1f} s)")

    def _line(self, text: str) -> None:
        if not self._console.is_terminal:
            self._console.print(f"  {escape(text)}", highlight=False)
