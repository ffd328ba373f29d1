"""The local stack's clock: how far it is ahead of the real time, and moving it on."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from infra.local.cloud import LocalCloud
from infra.local.directory import DataDirectory, write_private
from infra.local.errors import ClockError

CLOCK_PATH = "/_local/clock/"
_LOOK_INTERVAL_S = 0.1
_PATIENCE_S = 900.0
"""How long a move waits for what is under way: as long as a batch may stay silent."""

Report = Callable[[str], None]


def read_clock(path: Path) -> timedelta:
    """Return how far the clock is ahead of the real time.

    Args:
        path: The directory's clock file; without one the clock was never moved.

    Raises:
        ClockError: If the file holds something else than a number of seconds.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return timedelta()
    try:
        return timedelta(seconds=int(text))
    except (ValueError, OverflowError) as exc:
        raise ClockError(
            f"{path} should hold the seconds that the clock is ahead, and holds {text[:40]!r}; "
            "write a number into it, or start again from nothing with --reset"
        ) from exc


def write_clock(path: Path, ahead: timedelta) -> None:
    """Replace the clock file atomically: a reader finds one time or the other."""
    write_private(path, f"{ahead // timedelta(seconds=1)}\n")


def running_cloud(directory: DataDirectory) -> LocalCloud | None:
    """Return the server that uses a data directory now, if there is one."""
    port = directory.served_port()
    if port is None:
        return None
    cloud = LocalCloud(port=port, data=directory.root)
    return cloud if cloud.healthy() else None


def move_clock(
    directory: DataDirectory,
    ahead: timedelta,
    *,
    cloud: LocalCloud | None,
    report: Report = lambda _line: None,
    patience_s: float = _PATIENCE_S,
) -> None:
    """Put the clock ahead of the real time, at a moment when nothing is under way.

    Args:
        directory: Whose clock.
        ahead: How far it is to be ahead of the real time.
        cloud: The server that uses the directory, if it runs.
        report: Called with what is waited for.
        patience_s: Seconds after which waiting ends in an error.

    Raises:
        ClockError: If the clock would go back, or is not free to move in time.
        DataDirectoryBusyError: If a server uses the directory that was said to be free.
    """
    now_ahead = read_clock(directory.clock)
    if ahead < now_ahead:
        raise ClockError(
            f"the clock is {format_span(now_ahead)} ahead and only moves forward: what was done since has "
            "later times, and would seem to be still to come; start again from nothing with --reset"
        )
    if ahead == now_ahead:
        return
    if cloud is None:
        with directory.locked():
            write_clock(directory.clock, ahead)
    else:
        _move_between(cloud, ahead, report, patience_s)


def _move_between(cloud: LocalCloud, ahead: timedelta, report: Report, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    reported = ""
    while True:
        answer = cloud.ask("PUT", f"{CLOCK_PATH}{ahead // timedelta(seconds=1)}")
        if answer["moved"]:
            return
        waits = _what_runs(answer["executions"], answer["functions"])
        if time.monotonic() > deadline:
            raise ClockError(f"the clock stays as it is: {waits} still running after {patience_s:.0f} s")
        if waits != reported:
            report(f"waiting for {waits} to end")
            reported = waits
        time.sleep(_LOOK_INTERVAL_S)


def _what_runs(executions: int, functions: int) -> str:
    if executions:
        return "1 workflow" if executions == 1 else f"{executions} workflows"
    return "1 function" if functions == 1 else f"{functions} functions"


def format_span(span: timedelta) -> str:
    """Return a span of time as a person says it: ``1 day 12 hours``."""
    seconds = span // timedelta(seconds=1)
    parts = []
    for name, length in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count} {name}" if count == 1 else f"{count} {name}s")
    return " ".join(parts) or "0 seconds"
