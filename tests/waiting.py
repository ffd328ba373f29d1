"""Waiting for something to come true."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 180.0
"""When to stop waiting for what normally takes a second: long enough for a machine that does other work.

It is a limit for what never comes, and no statement about speed.
"""

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 0.4
GROWTH = 1.4

T = TypeVar("T")


def eventually(look: Callable[[], T | None], *, within_s: float = PATIENCE_S) -> T:
    """Look until there is something to see, and return it.

    The pauses grow: each look costs the machine a request, a function and some queries, which whatever is
    waited for needs as well.
    """
    deadline, pause = time.monotonic() + within_s, FIRST_PAUSE_S
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not within {within_s} s; {describe_load()}"
        time.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE_S)
    return seen


def describe_load() -> str:
    """Return what a failure that may be the machine's should say of it, and what to do then."""
    processors = len(os.sched_getaffinity(0))
    return (
        f"the machine has {processors} processors and a load of {os.getloadavg()[0]:.1f}: where something "
        "else keeps it busy, run this test alone"
    )
