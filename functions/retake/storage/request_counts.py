"""Requests of each user, minute by minute: counted in tens, so that most requests write nothing."""

from collections import Counter

from retake.domain.errors import TooManyRequestsError
from retake.ports.system import Clock
from retake.ports.table import Check, Comparison, Condition, ConditionFailedError, Table, Update

COUNTED_TOGETHER = 10
"""Requests of a user that one copy of a function counts by one write: nine writes of ten are saved, and a
copy may let nine requests through beyond the limit."""

KEPT_S = 3600
"""How long a minute's count stays before the table removes it."""


class RequestCounts:
    """Counts of requests by user, in the table and in this copy of the function.

    Args:
        table: Where all copies of all functions count together.
        clock: Says which minute it is.
        most: Requests of one user in one minute; 0 for no limit.
    """

    def __init__(self, table: Table, *, clock: Clock, most: int) -> None:
        self._table = table
        self._clock = clock
        self._most = most
        self._minute = ""
        self._seen: Counter[str] = Counter()
        self._refused: set[str] = set()

    def admit(self, user_id: str) -> None:
        """Count one request of a user.

        Raises:
            TooManyRequestsError: If the user has asked more often in this minute than is allowed. Until it
                is over this copy answers so by itself.
        """
        if not self._most:
            return
        now = self._clock.now()
        minute = f"{now:%Y-%m-%dT%H:%M}"
        if minute != self._minute:
            self._minute, self._seen, self._refused = minute, Counter(), set()
        if user_id not in self._refused:
            self._seen[user_id] += 1
            if self._seen[user_id] % COUNTED_TOGETHER:
                return
            try:
                self._count(user_id, minute, expires_at=int(now.timestamp()) + KEPT_S)
            except ConditionFailedError:
                self._refused.add(user_id)
            else:
                return
        raise TooManyRequestsError(
            f"You asked more than {self._most:,} times in this minute, with all your browsers and programs. "
            f"Wait {60 - now.second} seconds; programs should read events, not ask in a loop. "
            "Nothing was changed."
        )

    def _count(self, user_id: str, minute: str, *, expires_at: int) -> None:
        room = Check("requests", Comparison.AT_MOST, self._most - COUNTED_TOGETHER)
        self._table.write(
            Update(
                (f"REQUESTS#{user_id}", minute),
                add={"requests": COUNTED_TOGETHER},
                assign={"expires_at": expires_at},
                condition=Condition((room,), or_without="requests"),
            )
        )
