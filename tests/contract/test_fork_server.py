"""A forked worker is as good as one that was started from nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from infra.flavour import ROOT
from infra.local.environment import inherited
from infra.local.fork_server import ForkedProcess, ForkServer, ForkServerError
from infra.local.patches.workers import IN_THE_RUNTIME, OF_RETAKE
from tests.waiting import PATIENCE_S, eventually

TELL = """
import json, os, random, signal, sys
print(json.dumps({
    "pid": os.getpid(), "group": os.getpgrp(), "parent": os.getppid(), "random": random.random(),
    "argv": sys.argv, "path": sys.path[0], "cwd": os.getcwd(), "environment": dict(os.environ),
    "loaded": "slow_to_load" in sys.modules, "main": __name__,
    "children": signal.getsignal(signal.SIGCHLD) is signal.SIG_DFL,
    "name": open("/proc/self/comm").read().strip(),
}), flush=True)
for line in sys.stdin:
    print(line.strip().upper(), flush=True)
    print("said", line.strip(), file=sys.stderr, flush=True)
"""


class Nursery:
    """A fork server, and what was started by it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._started: list[ForkedProcess] = []
        (directory / "slow_to_load.py").write_text("")
        (directory / "broken.py").write_text("raise RuntimeError('in there')")
        modules = ["broken", "slow_to_load", "nowhere"]
        self.server = ForkServer([str(directory)], modules, environment=inherited())

    def start(self, script: str = TELL, **environment: str) -> ForkedProcess:
        file = self._directory / "worker.py"
        file.write_text(script)
        directory = str(self._directory)
        worker = self.server.start(str(file), name="a-worker", cwd=directory, environment=environment)
        self._started.append(worker)
        return worker

    def close(self) -> None:
        for worker in self._started:
            worker.kill()
            worker.close()
        self.server.close()


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    with closing(Nursery(tmp_path)) as made:
        yield made


def _report_of(worker: ForkedProcess) -> dict[str, Any]:
    reported: dict[str, Any] = json.loads(worker.stdout.readline())
    return reported


def test_it_runs_the_script_with_what_is_its_own(nursery: Nursery, tmp_path: Path) -> None:
    worker = nursery.start(ONLY="this")
    reported = _report_of(worker)
    assert reported.pop("random") != _report_of(nursery.start())["random"]
    assert reported == {
        "pid": worker.pid,
        "group": worker.pid,
        "parent": nursery.server.pid,
        "argv": [str(tmp_path / "worker.py")],
        "path": str(tmp_path),
        "cwd": str(tmp_path),
        "environment": {"ONLY": "this"},
        "loaded": True,
        "main": "__main__",
        "children": True,
        "name": "a-worker",
    }


def test_it_is_talked_to_through_its_pipes_and_ends_with_them(nursery: Nursery) -> None:
    worker = nursery.start()
    _report_of(worker)
    worker.stdin.write("hello\n")
    assert worker.stdout.readline() == "HELLO\n"
    assert worker.stderr.readline() == "said hello\n"
    assert worker.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(timeout=0.01)
    worker.stdin.close()
    worker.wait(timeout=PATIENCE_S)
    assert worker.poll() == 0
    worker.kill()  # which has ended by now


def test_it_can_be_ended(nursery: Nursery) -> None:
    for end in (ForkedProcess.terminate, ForkedProcess.kill):
        worker = nursery.start()
        _report_of(worker)
        end(worker)
        worker.wait(timeout=PATIENCE_S)


def test_an_error_of_the_script_is_reported_and_leaves_the_others_alone(nursery: Nursery) -> None:
    failing = nursery.start("import broken")
    assert "in there" in failing.stderr.read()
    failing.wait(timeout=PATIENCE_S)
    assert _report_of(nursery.start())["loaded"]


def test_a_server_that_is_gone_is_reported(nursery: Nursery) -> None:
    _report_of(nursery.start())
    os.kill(nursery.server.pid, signal.SIGKILL)
    with pytest.raises(ForkServerError, match=r"worker\.py"):
        nursery.start()
    assert eventually(lambda: not nursery.server.is_alive)


def test_it_ends_with_the_process_that_started_it() -> None:
    owner = (
        "import os, sys\n"
        "from infra.local.fork_server import ForkServer\n"
        "print(ForkServer([], [], environment=dict(os.environ)).pid, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", owner], capture_output=True, text=True, timeout=30, cwd=ROOT, check=False
    )
    pid = int(done.stdout)
    assert eventually(lambda: not Path(f"/proc/{pid}").exists())


_READS = """
import os, sys
from infra.local.fork_server import _load

class Watched(type(os.environ)):
    def __getitem__(self, name):
        if name.startswith(("RETAKE_", "POWERTOOLS_SERVICE", "LOG_LEVEL", "AWS_LAMBDA_FUNCTION")):
            read.add(name)
        return super().__getitem__(name)

read = set()
os.environ.__class__ = Watched
_load(sys.argv[1].split())
missing = [name for name in sys.argv[1].split() if name.removesuffix(".*") not in sys.modules]
early = {"retake.observability", "retake.api", "retake.workers"} & set(sys.modules)
print(sorted(read), missing, sorted(early))
"""


def test_nothing_that_is_loaded_ahead_reads_a_functions_settings() -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", _READS, " ".join((*IN_THE_RUNTIME, *OF_RETAKE))],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=True,
    )
    assert done.stdout.split() == ["[]", "[]", "[]"]
