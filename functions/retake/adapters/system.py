"""The clock and the identifiers of the machine we run on."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path


class ClockFileError(Exception):
    """The file that moves the clock does not hold a number of seconds."""


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FileClock:
    """The real time and, on top, the seconds that a file holds: a local stack's clock can be moved.

    The file is read again whenever it was replaced, so that functions that are warm follow too.
    Without a file the clock was never moved.

    Args:
        path: The file: a whole number of seconds in text, replaced atomically to move the clock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ahead = timedelta()
        self._read_as: tuple[int, int] | None = None

    def now(self) -> datetime:
        """Return the moved moment, in UTC and aware of it."""
        self._follow()
        return datetime.now(UTC) + self._ahead

    def _follow(self) -> None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return
        # A replaced file is another inode even where two writes share a tick of the file system's clock.
        seen = (found.st_ino, found.st_mtime_ns)
        if seen == self._read_as:
            return
        text = self._path.read_text(encoding="utf-8", errors="replace").strip()
        try:
            self._ahead = timedelta(seconds=int(text))
        except (ValueError, OverflowError) as exc:
            raise ClockFileError(
                f"{self._path} moves the clock by {text[:40]!r}, which is no whole number of seconds."
            ) from exc
        self._read_as = seen


class RandomIds:
    """Version 4 UUIDs."""

    def new(self) -> str:
        return str(uuid.uuid4())
