"""A clock that goes on a little at every look."""

from datetime import UTC, datetime, timedelta


class TickingClock:
    """A ``Clock``: each look is a millisecond after the one before; ``advance`` makes a leap."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
