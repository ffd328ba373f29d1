"""A simulation of discrete events: a clock that jumps, and places that hold so many at once."""

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count

Act = Callable[[], None]


class Clockwork:
    """Carries out what is to happen, in order of time; at the same moment in order of asking.

    Attributes:
        now: Seconds since the beginning.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._order = count()
        self._coming: list[tuple[float, int, Act]] = []

    def after(self, seconds: float, act: Act) -> None:
        """Schedule a call in so many simulated seconds.

        Raises:
            ValueError: If that is in the past.
        """
        if seconds < 0:
            raise ValueError(f"{seconds} s from now is in the past")
        heapq.heappush(self._coming, (self.now + seconds, next(self._order), act))

    def run(self) -> None:
        """Go on until nothing is to happen any more."""
        while self._coming:
            self.now, _, act = heapq.heappop(self._coming)
            act()


class Pool:
    """Holds so many at once; the others wait in the order in which they came.

    Attributes:
        limit: How many.
        inside: How many there are now.
        most: How many there were at one moment.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.inside = 0
        self.most = 0
        self._waiting: deque[Act] = deque()

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def enter(self, start: Act) -> None:
        """Start as soon as there is room; the caller has to ``leave``."""
        self._waiting.append(start)
        self._admit()

    def leave(self) -> None:
        """Make room for the next."""
        self.inside -= 1
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self.inside < self.limit:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self._waiting.popleft()()
