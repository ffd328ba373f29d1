"""What a process is given: the time, and identifiers.

Ports are protocols; each has one contract suite in ``tests/contract`` that every implementation passes,
the fakes in ``tests/fakes`` included.
"""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Return the current moment, in UTC and aware of it."""
        ...


class Ids(Protocol):
    """Makes unique identifiers."""

    def new(self) -> str:
        """Return a new UUID in text."""
        ...
