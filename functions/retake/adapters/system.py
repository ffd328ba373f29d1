"""The clock and the identifiers of the machine we run on."""

import uuid
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The real time, shifted by ``offset`` where a local stack lets time pass faster."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """Return the current moment, in UTC and aware of it."""
        return datetime.now(UTC) + self._offset


class RandomIds:
    """Version 4 UUIDs."""

    def new(self) -> str:
        """Return a new UUID in text."""
        return str(uuid.uuid4())
