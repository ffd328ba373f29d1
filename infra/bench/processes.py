"""Run a script of the benchmark in a process of its own, and watch what it takes."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.flavour import ROOT
from infra.local.environment import inherited
from retake_client.errors import RetakeError

_LOOK_INTERVAL_S = 0.05
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_SESSION, _RESIDENT = 3, 21
"""Places in ``/proc/PID/stat``, counted behind the command's name."""


class BenchError(RetakeError):
    """A part of the benchmark could not be run."""


@dataclass(frozen=True)
class Finished:
    """How a script ended.

    Attributes:
        answer: The JSON object it printed.
        peak_bytes: Most memory that it and its children held at one moment, shared pages counted
            in each. Looked at 20 times a second, and never less than its largest process.
    """

    answer: dict[str, Any]
    peak_bytes: int


def run_script(
    module: str, arguments: Sequence[str], *, environment: Mapping[str, str] | None = None
) -> Finished:
    """Run a module of the checkout with this interpreter, and nothing of the shell's environment.

    Args:
        module: Such as ``tests.benchmarks.compose_case``.
        arguments: Its arguments.
        environment: Variables besides those that every process needs.

    Raises:
        BenchError: If it failed; its own last words say why.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        # A session of its own, so that its children are known by it.
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**inherited(), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        peak = _watch(process)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            last = err.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
            raise BenchError(f"{module} {' '.join(arguments)} failed: {last[-1]}")
        answer: dict[str, Any] = json.loads(out.read())
    return Finished(answer, peak)


def _watch(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process; return the most memory its session held, in bytes."""
    peak = 0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return max(peak, usage.ru_maxrss * 1024)
        peak = max(peak, _resident(process.pid))
        time.sleep(_LOOK_INTERVAL_S)


def _resident(session: int) -> int:
    """Return what all processes of a session hold now, in bytes."""
    pages = 0
    for name in os.listdir("/proc"):  # noqa: PTH208 - 20 times a second
        # Children are younger than the session's first process.
        if name.isdigit() and int(name) >= session:
            with contextlib.suppress(OSError, IndexError):
                fields = Path(f"/proc/{name}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                pages += int(fields[_RESIDENT]) if int(fields[_SESSION]) == session else 0
    return pages * _PAGE_BYTES
