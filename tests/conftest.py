"""What holds for all tests."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says what else the machine does; speed is for `retake bench` to measure.
settings.register_profile("untimed", parent=settings.default, deadline=None)
settings.load_profile("untimed")


_DECOY = """#!/bin/sh
echo "This is the ffmpeg of PATH: tests and product run the one of imageio-ffmpeg." >&2
exit 97
"""


def pytest_configure(config: pytest.Config) -> None:
    """Put an ffmpeg that always fails first on PATH, before any worker starts.

    A machine's own ffmpeg encodes other bytes than the locked one, so a test that takes it passes on one
    machine and fails on the next. With the decoy it fails on all.
    """
    if hasattr(config, "workerinput"):  # a worker inherits the PATH of the process that started it
        return
    directory = tempfile.TemporaryDirectory(prefix="retake-decoy-")
    config.add_cleanup(directory.cleanup)
    decoy = Path(directory.name) / "ffmpeg"
    decoy.write_text(_DECOY, encoding="utf-8")
    decoy.chmod(0o755)
    os.environ["PATH"] = f"{directory.name}{os.pathsep}{os.environ['PATH']}"  # noqa: TID251 - for all tests


def pytest_collection_finish() -> None:
    """Keep the garbage collector from going through all that was imported, again and again.

    Tests, their plugins and the libraries are a million objects that stay; a twentieth of the run was spent
    on looking at them.
    """
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skips",
        action="store_true",
        help="count a skipped test as a failure: where everything is installed, nothing may be left out",
    )
    parser.addoption(
        "--openapi-examples", type=int, default=8, help="requests that are made up for each operation"
    )
    parser.addoption(
        "--browser-reruns", type=int, default=0, help="how often a failed test of the browser runs again"
    )
    parser.addoption(
        "--screenshots",
        action="store_true",
        help="let the browser tests write docs/screenshots",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.config.getoption("--no-skips"):
        report.outcome = "failed"
        report.longrepr = f"--no-skips: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and collector.config.getoption("--no-skips"):
        report.outcome = "failed"
        report.longrepr = f"--no-skips: {_reason(report)}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print why a test ran again: the report of its last run says nothing of the first."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"rerun: {report.nodeid}", sep="_")
        terminalreporter.write_line(report.longreprtext)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a test was skipped: file, line and reason is what pytest keeps of a skip."""
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
