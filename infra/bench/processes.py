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

_LOOK_INTERVAL_S = 0.01
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_SESSION = 3
"""Its place in ``/proc/PID/stat``, counted behind the command's name."""


class BenchError(RetakeError):
    """A part of the benchmark could not be run."""


@dataclass(frozen=True)
class Finished:
    """How a script ended.

    Attributes:
        answer: The JSON object it printed.
        peak_bytes: Most memory that it and its children held at one moment, shared pages counted
            in each. Looked at 100 times a second: ffmpeg encodes a join in 20 ms.
        own_bytes: Most that was neither a page of a program file nor of another one.
    """

    answer: dict[str, Any]
    peak_bytes: int
    own_bytes: int = 0


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
        peak, own = _watch(process)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            last = err.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
            raise BenchError(f"{module} {' '.join(arguments)} failed: {last[-1]}")
        answer: dict[str, Any] = json.loads(out.read())
    return Finished(answer, peak, own)


def _watch(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Wait for a process; return the most memory its session held, and the most of its own, in bytes."""
    peak = own = 0
    while True:
        pid, status = os.waitpid(process.pid, os.WNOHANG)
        if pid:
            # Not the system's ``ru_maxrss``: it begins with what this process held when it forked.
            process.returncode = os.waitstatus_to_exitcode(status)
            return peak, own
        held, files = _resident(process.pid)
        peak, own = max(peak, held), max(own, held - files)
        time.sleep(_LOOK_INTERVAL_S)


def _resident(session: int) -> tuple[int, int]:
    """Return what all processes of a session hold now, and what of it are pages of files, in bytes."""
    pages = files = 0
    for name in os.listdir("/proc"):  # noqa: PTH208 - 100 times a second
        # Children are younger than the session's first process.
        if name.isdigit() and int(name) >= session:
            with contextlib.suppress(OSError, IndexError):
                fields = Path(f"/proc/{name}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                if int(fields[_SESSION]) == session:
                    held, mapped = Path(f"/proc/{name}/statm").read_text(encoding="ascii").split()[1:3]
                    pages, files = pages + int(held), files + int(mapped)
    return pages * _PAGE_BYTES, files * _PAGE_BYTES
