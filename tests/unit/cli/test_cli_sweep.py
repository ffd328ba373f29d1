"""``retake sweep``: what it refuses, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from infra.cli.sweep import RUNS, print_report, run_to_its_end
from infra.cli.sweeps import Sweep, function_of
from infra.local.clients import Invocation
from infra.stack.functions.catalogue import FUNCTIONS as DEPLOYED
from infra.stage import Stage
from retake_client.cli.main import app
from retake_client.cli.narration import Narrator
from retake_client.errors import UnexpectedEndError

NO_AWS = {
    "AWS_ACCESS_KEY_ID": "",
    "AWS_SECRET_ACCESS_KEY": "",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    "AWS_EC2_METADATA_DISABLED": "true",
}
ONCE = {"dry_run": False, "repair": False}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["sweep", *arguments], env=NO_AWS)


@pytest.fixture
def narrator() -> Narrator:
    return Narrator(Console(file=StringIO(), width=200))


def reported(narrator: Narrator) -> str:
    assert isinstance(narrator.console.file, StringIO)
    return narrator.console.file.getvalue()


class Runs:
    """A function that needs some runs, and remembers what it was asked."""

    def __init__(self, *answers: Mapping[str, Any], is_failed: bool = False) -> None:
        self.answers = list(answers)
        self.is_failed = is_failed
        self.asked: list[Mapping[str, bool]] = []

    def __call__(self, function: str, asked: Mapping[str, bool]) -> Invocation:
        self.asked.append(asked)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        return Invocation(function, answer, is_failed=self.is_failed)


def test_every_sweep_is_a_function_of_the_stack() -> None:
    deployed = {f"retake-{spec.name.replace('_', '-')}" for spec in DEPLOYED}
    assert {function_of(sweep, Stage()) for sweep in Sweep} <= deployed
    assert function_of(Sweep.BUDGETS, Stage("dev")) == "retake-dev-check-budgets"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["budgets", "--dry-run"], "has no --dry-run"),
        (["versions", "--repair"], "retake sweep orphans"),
        (["budgets", "--repair"], "retake sweep orphans"),
        (["orphans", "--region", "eu-central-1"], "aws configure"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_way_out(arguments: list[str], why: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 1
    assert why in " ".join(done.output.split())


def test_without_a_stack_it_says_how_to_start_one(tmp_path: Path) -> None:
    done = run("versions", "--data", str(tmp_path / "nothing"))
    assert done.exit_code == 1
    assert "retake up" in done.output
    assert not (tmp_path / "nothing").exists()


def test_what_is_too_much_for_one_run_is_gone_on_with(narrator: Narrator) -> None:
    function = Runs({"archived": 500, "has_more": True}, {"archived": 3, "has_more": False})
    run_to_its_end(function, "retake-sweep-versions", ONCE, narrator)
    assert function.asked == [ONCE, {**ONCE, "resume": True}]
    assert "500" in reported(narrator)


def test_a_dry_run_is_one_run(narrator: Narrator) -> None:
    function = Runs({"has_more": True})
    run_to_its_end(function, "retake-sweep-versions", {**ONCE, "dry_run": True}, narrator)
    assert len(function.asked) == 1


def test_what_never_ends_is_said(narrator: Narrator) -> None:
    function = Runs({"has_more": True})
    with pytest.raises(UnexpectedEndError, match="not done"):
        run_to_its_end(function, "retake-sweep-versions", ONCE, narrator)
    assert len(function.asked) == RUNS


def test_a_function_that_fails_is_said(narrator: Narrator) -> None:
    function = Runs({"errorMessage": "no leave"}, is_failed=True)
    with pytest.raises(UnexpectedEndError, match="no leave"):
        run_to_its_end(function, "retake-sweep-versions", ONCE, narrator)


def test_a_report_is_reported_with_its_reasons(narrator: Narrator) -> None:
    report = {
        "archived": 1200,
        "has_more": False,
        "skipped": {"it is the current take": 3},
        "errors": ["job-1 [clip]: broken"],
    }
    print_report(report, narrator)
    assert [line.strip() for line in reported(narrator).splitlines()] == [
        "archived           1,200",
        "has more           no",
        "3 stay: it is the current take",
        "- job-1 [clip]: broken",
    ]
