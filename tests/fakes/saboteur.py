"""Kills workers between any two steps: before or after a call of a port."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

P = TypeVar("P")


class Killed(BaseException):
    """The process died; nothing in it gets to say another word."""


class Saboteur:
    """Counts calls of the ports it wraps, and kills at the one that was ordered."""

    def __init__(self) -> None:
        self._left: int | None = None
        self._after = False
        self.kills = 0
        self.calls = 0

    def order(self, calls: int, *, after: bool) -> None:
        """Kill at the ``calls``-th call from now (0 is the next), before or after it was carried out.

        A death before a call leaves what a death after the call before it leaves: a test that kills at every
        call in turn needs one of the two.
        """
        self._left, self._after = calls, after

    def stand_down(self) -> None:
        """Kill nothing."""
        self._left = None

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Let a test look for itself: what it calls meanwhile is not counted, and kills nothing."""
        left, calls, self._left = self._left, self.calls, None
        try:
            yield
        finally:
            self._left, self.calls = left, calls

    def wrap(self, port: P) -> P:
        """Return a port whose every call is a chance to die."""
        return cast("P", _Wrapped(port, self))

    def call(self, method: Any, args: Any, kwargs: Any) -> Any:
        """Carry out one call; ``calls`` counts them."""
        self.calls += 1
        if self._left is None:
            return method(*args, **kwargs)
        self._left -= 1
        dies = self._left < 0
        if dies:
            self._left = None
            self.kills += 1
        if dies and not self._after:
            raise Killed
        result = method(*args, **kwargs)
        if dies:
            raise Killed
        return result


class _Wrapped:
    def __init__(self, port: object, saboteur: Saboteur) -> None:
        self._port = port
        self._saboteur = saboteur

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return found
        return lambda *args, **kwargs: self._saboteur.call(found, args, kwargs)
