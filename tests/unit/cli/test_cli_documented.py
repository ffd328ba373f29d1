"""The page of the commands shows every one of them."""

from __future__ import annotations

import re

import pytest
import typer.main
from typer.core import TyperGroup

from infra.flavour import ROOT
from retake_client.cli.main import app

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def names() -> list[str]:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return list(group.commands)


@pytest.mark.parametrize("name", names())
def test_each_command_is_shown(name: str) -> None:
    assert re.search(rf"uv run retake {name}\b", PAGE)


def test_no_command_is_shown_that_there_is_not() -> None:
    shown = set(re.findall(r"retake ([a-z]+)\b", PAGE))
    assert shown <= set(names())
