"""Waiting for something to come true."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 0.4
GROWTH = 1.4

T = TypeVar("T")


def eventually(look: Callable[[], T | None], *, within_s: float = 10.0) -> T:
    """Look until there is something to see, and return it.

    The pauses grow: each look costs the machine a request, a function and some queries, which whatever is
    waited for needs as well.
    """
    deadline, pause = time.monotonic() + within_s, FIRST_PAUSE_S
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE_S)
    return seen
