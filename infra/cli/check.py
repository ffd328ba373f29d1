"""``retake check``: everything that CI checks, in the same order."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.cli.errors import MissingToolError
from infra.flavour import ROOT
from retake_client.cli.narration import Narrator
from retake_client.errors import UsageError


@dataclass(frozen=True)
class Check:
    """A program that must end with 0.

    Attributes:
        name: What it checks.
        command: The program of this environment, and its arguments.
    """

    name: str
    command: Sequence[str]


CHECKS = (
    Check("format", ("ruff", "format", "--check", ".")),
    Check("lint", ("ruff", "check", ".")),
    Check("types", ("mypy",)),
    Check("imports", ("lint-imports",)),
    Check("openapi", ("retake", "openapi", "--against", "clients/openapi-released.json")),
    Check("client", ("npm", "--prefix", "clients/typescript", "run", "--silent", "check")),
    Check("studio", ("npm", "--prefix", "frontend", "run", "--silent", "check")),
    # The template, the state machines and the permissions are checked by tests/infrastructure.
    Check("tests", ("pytest", "--no-skips")),
)


def run_checks(names: Sequence[str], narrator: Narrator, checks: Sequence[Check] = CHECKS) -> int:
    """Run the checks with these names, or all; go on after a failure. Return the exit status.

    Raises:
        UsageError: If there is no check of such a name.
        MissingToolError: If a program is not installed.
    """
    known = [check.name for check in checks]
    if unknown := sorted(set(names) - set(known)):
        raise UsageError(f"There is no check {', '.join(unknown)}; there are {', '.join(known)}.")
    chosen = [check for check in checks if not names or check.name in names]
    failed = []
    for check in chosen:
        narrator.say(f"[bold]{check.name}[/] [dim]{' '.join(check.command)}[/]")
        done = subprocess.run(  # noqa: S603 - this environment's own programs
            [str(_program(check.command[0])), *check.command[1:]], cwd=ROOT, check=False
        )
        if done.returncode != 0:
            failed.append(check.name)
    for check in chosen:
        narrator.say(f"[red]✗[/] {check.name}" if check.name in failed else f"[green]✓[/] {check.name}")
    return 1 if failed else 0


def _program(name: str) -> Path:
    program = Path(sys.executable).parent / name
    if not program.exists():
        raise MissingToolError(f"{name} is not installed; `uv sync --all-groups` provides it.")
    return program
