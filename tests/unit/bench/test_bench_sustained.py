"""What the load and the soak measure is what there is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.bench.footprint import footprint
from infra.bench.sustained import Timings


def test_percentiles_are_of_all_requests() -> None:
    timings = Timings([number / 100 for number in range(100, 0, -1)])
    assert [timings.percentile_s(percent) for percent in (50, 95, 99)] == [0.51, 0.96, 1.0]
    assert Timings([0.3]).percentile_s(99) == 0.3
    assert Timings().percentile_s(50) is None


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_footprint_counts_a_process_with_what_it_started(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100_000)
    alone = footprint(os.getpid(), tmp_path)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        both = footprint(os.getpid(), tmp_path)
        child.communicate(b"\n")
    assert both.processes == alone.processes + 1
    assert both.pss_bytes > both.server_bytes > 0
    assert alone.disk_bytes >= 100_000
