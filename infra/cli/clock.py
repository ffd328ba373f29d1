"""``retake clock``, and what ``retake up`` says of the clock: time passes faster on this machine."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.markup import escape

from infra.local.clients import Invocation
from infra.local.clock import format_span, move_clock, read_clock, running_cloud
from infra.local.directory import DataDirectory
from infra.local.schedules import run_scheduled
from retake_client.cli.narration import Narrator
from retake_client.cli.paths import shown_path
from retake_client.errors import UnexpectedEndError, UsageError

FURTHEST = timedelta(days=3650)
"""Ten years; further on, dates that Retake computes from it would leave the calendar."""

_NAME_WIDTH = len("retake-handle-dead-letters")  # the longest there is
_UNIT = "(d|h|m)(?:(?<=d)ays?|(?<=h)ours?|(?<=m)inutes?)?"
_PART = re.compile(rf"(\d{{1,9}}){_UNIT}", re.ASCII)
_SPAN = re.compile(rf"(?P<sign>[+-]?)(?P<parts>(?:\d{{1,9}}{_UNIT})+|0+)", re.ASCII)
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


def parse_span(text: str) -> timedelta:
    """Read how far the clock is to be ahead: ``+8d``, ``+36h``, ``+8d3h30m``, ``8 days 3 hours``, or ``0``.

    Raises:
        UsageError: If it is something else, backwards, or too far.
    """
    found = _SPAN.fullmatch("".join(text.split()))
    if found is None:
        raise UsageError(
            f"{text!r} does not say how far the clock is to be ahead; write it like +8d, +36h or +8d3h30m"
        )
    span = sum((int(count) * _UNITS[unit] for count, unit in _PART.findall(found["parts"])), timedelta())
    if span and found["sign"] == "-":
        raise UsageError(f"{text!r} is in the past; the clock only moves forward, such as by +8d")
    if span > FURTHEST:
        raise UsageError(f"{text!r} is too far; the clock goes up to +{FURTHEST.days}d")
    return span


def run_clock(*, to: str | None, data: Path, narrator: Narrator) -> None:
    """Show the clock of a local stack, or move it and run what is due then.

    Args:
        to: How far it is to be ahead of the real time; only shown if nothing.
        data: Where the stack keeps everything.
        narrator: Prints progress.

    Raises:
        ClockError: If the clock would go back, or what is under way does not end.
        UnexpectedEndError: If something that is due fails; the clock is moved then.
        UsageError: If there is no stack, or ``to`` cannot be read.
    """
    ahead = None if to is None else parse_span(to)
    directory = DataDirectory(data.resolve())
    if not directory.deployment.exists():
        raise UsageError(f"There is no stack in {shown_path(data)}; `retake up --data DIR` makes one")
    cloud = running_cloud(directory)
    if ahead is not None:
        with narrator.spinner("Moving the clock") as report:
            move_clock(directory, ahead, cloud=cloud, report=report)
    narrator.say(describe_clock(read_clock(directory.clock)))
    if ahead is None:
        return
    if cloud is None:
        narrator.say("The stack is not running; what is due runs when `retake up` starts it.")
    elif failed := tell_runs(run_scheduled(cloud.clients), narrator):
        raise UnexpectedEndError(f"{', '.join(failed)} failed; {shown_path(directory.function_log)} says why")


def describe_clock(ahead: timedelta) -> str:
    """Print the stack's clock."""
    if not ahead:
        return "The clock shows the real time."
    there = datetime.now(UTC) + ahead
    return f"The clock is {format_span(ahead)} ahead: it is {there:%Y-%m-%d %H:%M} UTC there."


def tell_runs(runs: Iterable[Invocation], narrator: Narrator) -> Sequence[str]:
    """Print what each scheduled function reported; return the names of those that failed."""
    narrator.say("What is due by this clock:")
    failed = []
    for run in runs:
        if run.is_failed:
            failed.append(run.function)
        said = f"failed: {run.answer}" if run.is_failed else format_report(run.answer)
        narrator.say(f"  [bold]{run.function:<{_NAME_WIDTH}}[/] {escape(said)}")
    return failed


def format_report(answer: object) -> str:
    """Return a function's report in a line: what it counted, and nothing that it did not."""
    parts = list(_counts(answer)) if isinstance(answer, Mapping) else [str(answer)] if answer else []
    return ", ".join(parts) or "nothing to do"


def _counts(report: Mapping[str, Any]) -> Iterator[str]:
    for name, value in report.items():
        if isinstance(value, Mapping):
            yield from _counts(value)
        elif isinstance(value, list):
            yield from (f"{name.replace('_', ' ')}: {item}" for item in value)
        elif value:
            yield f"{name.replace('_', ' ')} {value}"
