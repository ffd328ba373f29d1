"""Time and identifiers that a test decides."""

import uuid
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FixedClock:
    """A ``Clock`` that moves only when a test moves it."""

    def __init__(self, at: datetime = START) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def advance(self, **duration: float) -> None:
        """Let time pass: ``clock.advance(minutes=5)``."""
        self._now += timedelta(**duration)

    def move_to(self, at: datetime) -> None:
        """Let time pass until ``at``; it never goes back."""
        self._now = max(self._now, at)


class SequentialIds:
    """``Ids`` in a row: UUIDs that count."""

    def __init__(self) -> None:
        self._last = 0

    def new(self) -> str:
        self._last += 1
        return str(uuid.UUID(int=self._last << 96 | self._last))
