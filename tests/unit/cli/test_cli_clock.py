"""``retake clock``: what it understands, and what it says."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from infra.cli.clock import format_report, parse_span, tell_runs
from infra.local.clients import Invocation
from infra.local.clock import move_clock
from infra.local.cloud import LocalCloud
from infra.local.directory import DataDirectory
from infra.local.errors import ClockError
from retake_client.cli.main import app
from retake_client.cli.narration import Narrator
from retake_client.errors import UsageError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("+8d", timedelta(days=8)),
        ("8d", timedelta(days=8)),
        (" +36h ", timedelta(hours=36)),
        ("+90m", timedelta(minutes=90)),
        ("+3650d", timedelta(days=3650)),
        ("-0", timedelta()),
        ("0", timedelta()),
        ("+0d", timedelta()),
        ("+8d3h", timedelta(days=8, hours=3)),
        ("+1d12h30m", timedelta(days=1, hours=12, minutes=30)),
        ("8 days 3 hours", timedelta(days=8, hours=3)),
        ("1 day 1 hour 1 minute", timedelta(days=1, hours=1, minutes=1)),
        ("+8 d", timedelta(days=8)),
    ],
)
def test_a_span_is_read(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", r"write it like \+8d"),
        ("8", r"write it like \+8d"),
        ("+8dd", r"write it like \+8d"),
        ("+8d3", r"write it like \+8d"),
        ("٨d", r"write it like \+8d"),
        ("+8w", r"write it like \+8d"),
        ("1.5d", r"write it like \+8d"),
        ("next week", r"write it like \+8d"),
        ("-8d", "only moves forward"),
        ("+3651d", r"up to \+3650d"),
        ("+999999999d", r"up to \+3650d"),
    ],
)
def test_what_is_no_span_is_refused_with_the_way_out(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        parse_span(text)


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """A directory in which a stack was deployed that does not run."""
    directory = DataDirectory(tmp_path / "data")
    directory.prepare()
    directory.deployment.write_text("{}")
    return directory.root


def test_a_stopped_stack_is_moved_and_shown(stopped: Path) -> None:
    assert "shows the real time" in run("clock", "--data", str(stopped)).output
    moved = run("clock", "+8d", "--data", str(stopped))
    assert moved.exit_code == 0
    assert "8 days ahead" in moved.output
    assert "not running" in moved.output
    assert "8 days ahead" in run("clock", "--data", str(stopped)).output


@pytest.mark.parametrize("back", ["-0", "+7d"])
def test_going_back_is_refused_with_the_reason(stopped: Path, back: str) -> None:
    run("clock", "+8d", "--data", str(stopped))
    refused = run("clock", back, "--data", str(stopped))
    assert refused.exit_code == 1
    assert "only moves forward" in refused.output
    assert "8 days ahead" in run("clock", "--data", str(stopped)).output


def test_a_killed_server_does_not_count_as_running(stopped: Path) -> None:
    DataDirectory(stopped).write_running(port=9)
    assert "not running" in run("clock", "+8d", "--data", str(stopped)).output


class BusyCloud(LocalCloud):
    """A server on which two workflows never end."""

    def ask(self, method: str, path: str) -> dict[str, Any]:
        assert (method, path) == ("PUT", "/_local/clock/691200")
        return {"moved": False, "functions": 1, "executions": 2}


def test_a_move_says_what_it_waits_for_and_stops_in_the_end(stopped: Path) -> None:
    directory, reported = DataDirectory(stopped), list[str]()
    busy = BusyCloud(port=9, data=stopped)
    with pytest.raises(ClockError, match="stays as it is: 2 workflows still running"):
        move_clock(directory, timedelta(days=8), cloud=busy, report=reported.append, patience_s=0.3)
    assert reported == ["waiting for 2 workflows to end"]
    assert not directory.clock.exists()


def test_where_there_is_no_stack_it_says_so(tmp_path: Path) -> None:
    refused = run("clock", "--data", str(tmp_path / "nowhere"))
    assert refused.exit_code == 1
    assert "There is no stack in" in refused.output
    assert not (tmp_path / "nowhere").exists()


def test_up_reads_the_clock_before_it_does_anything(tmp_path: Path) -> None:
    refused = run("up", "--clock", "soon", "--data", str(tmp_path / "data"))
    assert refused.exit_code == 1
    assert "write it like +8d" in refused.output
    assert not (tmp_path / "data").exists()


def test_a_function_that_fails_is_named() -> None:
    narrator = Narrator(Console(file=StringIO(), width=200))
    runs = [
        Invocation("purge", {"jobs": 1}, is_failed=False),
        Invocation("sweep", {"errorMessage": "lost"}, is_failed=True),
    ]
    assert tell_runs(runs, narrator) == ["sweep"]
    reported = narrator.console.file.getvalue()  # type: ignore[attr-defined]
    assert "jobs 1" in reported
    assert "failed: {'errorMessage': 'lost'}" in reported


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"settled": {}, "errors": []}, "nothing to do"),
        ({"settled": {"archive": 2}, "errors": ["batch b: lost"]}, "archive 2, errors: batch b: lost"),
        ({"objects": 6, "ledger_entries": 2, "jobs": 0}, "objects 6, ledger entries 2"),
        (None, "nothing to do"),
    ],
)
def test_a_report_is_reported_in_a_line(answer: object, said: str) -> None:
    assert format_report(answer) == said
