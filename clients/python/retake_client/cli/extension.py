"""How another distribution adds commands: the entry points of the group ``retake.extensions``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import typer

GROUP = "retake.extensions"


@dataclass(frozen=True)
class Extension:
    """The commands that a distribution adds.

    Attributes:
        commands: An application with its commands.
        panels: Which of them ``retake --help`` shows together, in the order of use.
        errors: What its commands expect to go wrong, reported without a traceback.
        data: Where its ``retake up`` keeps a stack by default.
        program: How the command is typed where it is installed.
    """

    commands: typer.Typer
    panels: Mapping[str, Sequence[str]]
    errors: tuple[type[Exception], ...]
    data: Path
    program: str


@cache
def extensions() -> tuple[Extension, ...]:
    """Return what the installed distributions add."""
    return tuple(point.load() for point in entry_points(group=GROUP))


def default_data() -> Path:
    """Return the data directory of the stack on this machine that is meant where none is named."""
    return next((each.data for each in extensions()), Path(".retake", "studio"))


def program() -> str:
    """Return what is typed in front of a command's name."""
    return next((each.program for each in extensions()), "retake")
