"""The page of the commands lists every one of them, of both packages, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import typer.main
from typer.core import TyperGroup

from infra.flavour import ROOT
from retake_client.cli.main import app

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(group: TyperGroup, before: str = "") -> Iterator[str]:
    """Return each command as it is typed; of a group also its name, where that does something by itself."""
    for name, command in group.commands.items():
        if not isinstance(command, TyperGroup):
            yield before + name
            continue
        if command.invoke_without_command:
            yield before + name
        yield from commands(command, f"{before}{name} ")


def all_commands() -> set[str]:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return set(commands(group))


def named_in(text: str) -> list[str]:
    """Return the commands that a text names; what is none is returned as its first word."""
    known = sorted(all_commands(), key=len, reverse=True)
    calls = re.findall(r"\bretake ([a-z][a-z ]*)", text)
    return [next((name for name in known if f"{call} ".startswith(f"{name} ")), call) for call in calls]


def test_the_table_lists_each_command_once() -> None:
    table = PAGE.partition("\n## All commands\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(retake [^`]+)` \|", table, flags=re.MULTILINE)
    assert sorted(named_in("\n".join(rows))) == sorted(all_commands())


def test_each_command_is_shown_as_it_is_run() -> None:
    shown = {name.partition(" ")[0] for name in named_in("\n".join(re.findall(r"uv run retake .*", PAGE)))}
    assert shown >= {name.partition(" ")[0] for name in all_commands()} - OPERATING


def test_no_command_is_named_that_there_is_not() -> None:
    assert set(named_in(PAGE)) <= all_commands()


OPERATING = {
    "up",
    "clock",
    "demo",
    "sweep",
    "trace",
    "synth",
    "deploy",
    "destroy",
    "user",
    "openapi",
    "check",
}
"""Shown where they are used: getting started, operations, CONTRIBUTING."""
