"""Counts the product's files and calls behind one request: how far a reader has to follow it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

import retake

ROOT = f"{Path(retake.__file__).parent}/"
"""Folder of the product's own modules."""

BEHIND_PORTS = (f"{ROOT}adapters/", f"{ROOT}storage/", f"{Path(__file__).parent / 'fakes'}/")
"""Folders of what implements ports: calls from there on are counted apart."""

UNCOUNTED = {"<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"}
"""Parts of the function that they stand in; Python 3.12 makes no calls of most of them."""

GENERATOR = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
"""Flags of functions whose frames are entered once for each value; what they call is counted."""


@dataclass
class CallTrace:
    """The product's functions that were called, in order, as ``file:function``.

    The bodies of modules and classes do not count, and what a dataclass makes by itself has no file.

    Attributes:
        calls: Those of the handler, of use cases and of decisions, up to the ports.
        behind: Those behind the ports: of repositories and adapters, and what they call of the domain.
    """

    calls: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """Return the files that functions were called in, in the order of their first calls."""
        return list(dict.fromkeys(call.partition(":")[0] for call in self.calls))

    def describe(self) -> str:
        """Return the calls into each file, and the totals."""
        lines = []
        for file in self.files:
            names = [call.partition(":")[2] for call in self.calls if call.startswith(f"{file}:")]
            lines.append(f"{len(names):4} {file}: {', '.join(dict.fromkeys(names))}")
        totals = f"{len(self.files)} files, {len(self.calls)} calls; {len(self.behind)} behind the ports"
        return "\n".join([*lines, totals])


@contextmanager
def trace_calls() -> Iterator[CallTrace]:
    """Record the calls of this thread while the block runs."""
    trace = CallTrace()
    ports: list[FrameType] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "return" and ports and frame is ports[-1]:
            ports.pop()
        elif event == "call":
            if frame.f_code.co_filename.startswith(BEHIND_PORTS):
                ports.append(frame)
            if _is_counted(frame.f_code):
                calls = trace.behind if ports else trace.calls
                calls.append(f"{frame.f_code.co_filename.removeprefix(ROOT)}:{frame.f_code.co_qualname}")

    sys.setprofile(note)
    try:
        yield trace
    finally:
        sys.setprofile(None)


def _is_counted(code: CodeType) -> bool:
    is_function = bool(code.co_flags & inspect.CO_OPTIMIZED) and not code.co_flags & GENERATOR
    return is_function and code.co_filename.startswith(ROOT) and code.co_name not in UNCOUNTED
