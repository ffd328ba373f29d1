"""What a running stack takes of the machine: memory, processes, and disk."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

_PARENT, _TIMES = 1, slice(11, 15)
"""Places in ``/proc/PID/stat``, counted behind the command's name: of a process and of its ended children."""

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Footprint:
    """What a server and everything that it started take.

    Attributes:
        pss_bytes: Memory; pages that several processes share are counted once, a part in each.
        server_bytes: Memory of the server's own process.
        processes: How many processes there are.
        disk_bytes: What its data directory holds.
    """

    pss_bytes: int
    server_bytes: int
    processes: int
    disk_bytes: int


def footprint(pid: int, data: Path) -> Footprint:
    """Measure what a server takes now.

    Args:
        pid: The server's process.
        data: Its data directory.
    """
    family = _family(pid)
    return Footprint(sum(map(_pss, family)), _pss(pid), len(family), _disk(data))


def processor_s(pid: int) -> float:
    """Return how long a server and everything that it started have used a processor."""
    ticks = 0
    for one in _family(pid):
        with contextlib.suppress(OSError):
            ticks += sum(map(int, _stat(str(one))[_TIMES]))
    return ticks / _TICKS_A_SECOND


def _stat(name: str) -> list[str]:
    return Path(f"/proc/{name}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _family(pid: int) -> set[int]:
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - names are all that is asked for
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parents[int(name)] = int(_stat(name)[_PARENT])
    family, new = {pid}, {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - family
        family |= new
    return family


def _pss(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0  # it has just ended


def _disk(data: Path) -> int:
    total = 0
    for root, _, names in os.walk(data):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(root, name)).st_blocks * 512  # noqa: PTH118 - many files
    return total
