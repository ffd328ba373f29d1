"""Turns Ctrl-C, SIGTERM and a closed terminal into one exception, so that all cleaning up is done."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """A signal asks the command to end.

    Attributes:
        number: Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise ``StopRequested`` at the first signal; ignore the others, for cleaning up must not be cut short.

    A terminal sends Ctrl-C to everybody in the foreground, and what started us may pass on its own.
    """

    def stop(number: int, _frame: FrameType | None) -> None:
        for one in STOPPING:
            signal.signal(one, signal.SIG_IGN)
        raise StopRequested(number)

    before = {one: signal.signal(one, stop) for one in STOPPING}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
