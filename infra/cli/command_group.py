"""What all commands have in common: where ``--help`` shows them, and how expected errors are told."""

from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from infra.assembly import SynthesisError
from infra.cli.errors import CommandError
from infra.environment import ToolMissingError
from infra.local.errors import LocalCloudError
from infra.studio import StudioBuildError

EXPECTED = (CommandError, LocalCloudError, StudioBuildError, SynthesisError, ToolMissingError)


PANELS: Mapping[str, Sequence[str]] = {
    "Videos from words": (
        *("create", "batch", "template", "templates"),
        *("videos", "download", "models", "projects"),
    ),
    "Jobs, clips and takes": ("job", "jobs", "regenerate", "versions", "restore"),
    "What goes on, and what was": ("queue", "schedules", "history", "usage"),
    "The stack on this machine": ("up", "clock", "demo", "sweep"),
    "AWS, and this checkout": ("synth", "deploy", "openapi", "check", "bench"),
}
"""What ``retake --help`` shows together, in the order of use; what is in none of them comes last."""


class Commands(TyperGroup):
    """Tells expected errors in a sentence and not as a traceback."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - Typer's own
        super().__init__(**options)
        for panel, names in PANELS.items():
            for name in names:
                command = self.commands[name]
                if isinstance(command, TyperCommand):
                    command.rich_help_panel = panel

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - Typer's own class is private
        """Return the commands in the order of the panels."""
        shown = [name for names in PANELS.values() for name in names]
        return [*shown, *(name for name in super().list_commands(ctx) if name not in shown)]

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's own class is private
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            Console(stderr=True).print(
                f"[red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True
            )
            raise typer.Exit(1) from None
