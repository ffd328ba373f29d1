"""What a server or a file name says cannot drive the terminal that it is shown on."""

from __future__ import annotations

import json
import sys
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.markup import escape
from rich.table import Table

from retake_client.cli.terminal import Terminal, replace_unencodable, visible
from tests.builders import JOB, store_ready_job
from tests.fakes.world import World
from tests.unit.cli.shell import Shell

HOSTILE = "red\x1b[31m bell\x07 nul\x00 c1\x9b31m reversed\u202e end"
CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n"}


@given(st.text(st.characters()))
def test_no_control_character_is_left(text: str) -> None:
    shown = visible(text)
    assert not CONTROLS & set(shown)
    assert not any("\u202a" <= character <= "\u202e" for character in shown)
    shown.encode()  # and no lone surrogate


@given(st.text(st.characters(exclude_categories=["C", "Z"])))
def test_what_can_be_printed_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("text", ["Füchse 🦊 你好 עברית", "two\nlines", "family 👨\u200d👩\u200d👧"])
def test_peoples_titles_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


def test_a_table_keeps_its_columns() -> None:
    out = StringIO()
    table = Table()
    table.add_column("title")
    table.add_row(escape("nul\x00\x00 here"))
    table.add_row(escape("plain"))
    Terminal(file=out, width=60).print(table)
    lines = [line for line in out.getvalue().splitlines() if line]
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(
    "command", [("jobs",), ("jobs", JOB), ("versions", JOB, "0"), ("queue",), ("history",)]
)
def test_a_hostile_title_reaches_no_terminal(shell: Shell, world: World, command: tuple[str, ...]) -> None:
    store_ready_job(world.jobs, world.objects, title=HOSTILE)
    said = shell.run(*command)
    assert said.exit_code == 0
    assert not CONTROLS & set(said.output)


def test_a_program_gets_the_title_as_it_is(shell: Shell, world: World) -> None:
    store_ready_job(world.jobs, world.objects, title=HOSTILE)
    assert shell.json("jobs", JOB)["title"] == HOSTILE
    assert not CONTROLS & set(shell.run("jobs", "--json").stdout.rstrip())


def test_an_error_shows_what_was_typed_as_signs(shell: Shell) -> None:
    said = shell.refused("queue", "cancel", "x\x1b[31m")
    assert "x␛[31m" in said
    assert "\x1b" not in said


def test_a_program_gets_the_problem_that_the_server_answered(shell: Shell) -> None:
    done = shell.run("jobs", JOB, "--json")
    assert done.exit_code == 1
    error = json.loads(done.stdout)["error"]
    assert (error["status"], error["detail"] in done.stderr) == (404, True)


def test_characters_that_the_locale_lacks_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    written = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(written, encoding="iso8859-1", write_through=True))
    replace_unencodable()
    Terminal(width=80).print("✓ Füchse 狐")
    assert written.getvalue() == "? Füchse ?\n".encode("iso8859-1")
