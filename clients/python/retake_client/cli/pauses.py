"""How long a command waits between two looks at work that runs on the server."""

from collections.abc import Iterator

FIRST_S = 0.2
LONGEST_S = 3.0


def growing_pauses(longest_s: float = LONGEST_S) -> Iterator[float]:
    """Yield seconds without end: short at first, for work that is nearly done, then twice as long each time.

    Args:
        longest_s: No pause is longer.
    """
    pause = FIRST_S
    while True:
        yield min(pause, longest_s)
        pause = min(2 * pause, longest_s)
