"""The command group: the panels of ``--help``, and how expected errors are reported."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from retake_client.cli.extension import extensions
from retake_client.cli.terminal import Terminal, replace_unencodable
from retake_client.errors import ApiError, RetakeError

PANELS: Mapping[str, Sequence[str]] = {
    "Videos from prompts": (
        *("create", "batch", "template", "templates"),
        *("videos", "download", "delete", "models", "projects"),
    ),
    "Jobs, clips and takes": (
        "job",
        "jobs",
        "regenerate",
        "retry",
        "versions",
        "compare",
        "restore",
        "clip",
        "soundtrack",
        "share",
    ),
    "What goes on, and what was": ("queue", "schedules", "history", "usage"),
}
"""What ``retake --help`` shows together, in the order of use; then come those of extensions, and the rest."""


def _panels() -> dict[str, Sequence[str]]:
    added = [each.panels for each in extensions()]
    return {panel: names for panels in (PANELS, *added) for panel, names in panels.items()}


class Commands(TyperGroup):
    """Reports expected errors in a sentence and not as a traceback."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - Typer's own
        super().__init__(**options)
        for panel, names in _panels().items():
            for name in names:
                command = self.commands[name]
                if isinstance(command, TyperCommand | TyperGroup):
                    command.rich_help_panel = panel

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - Typer's own class is private
        """Return the commands in the order of the panels."""
        shown = [name for names in _panels().values() for name in names]
        return [*shown, *(name for name in super().list_commands(ctx) if name not in shown)]

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's own class is private
        """Run the command; report an expected error on stderr, and as an object where ``--json`` is given."""
        replace_unencodable()
        as_json = "--json" in (*ctx._protected_args, *ctx.args)  # noqa: SLF001 - all that is left to parse
        expected = _expected()
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # whatever reads the output has seen enough, such as `| head`
            raise
        except expected as error:
            sentence = _sentence(error)
            Terminal(stderr=True).print(f"[red]error:[/] {escape(sentence)}", highlight=False, soft_wrap=True)
            if as_json:
                print(json.dumps({"error": _as_object(error, sentence)}))
            raise typer.Exit(1) from None


def _expected() -> tuple[type[Exception], ...]:
    return (RetakeError, OSError, *(error for each in extensions() for error in each.errors))


def _sentence(error: Exception) -> str:
    """Return what went wrong; for a fault of the operating system with the file it is about."""
    if isinstance(error, OSError):
        about = error.filename2 or error.filename
        return ": ".join(str(part) for part in (about, error.strerror or type(error).__name__) if part)
    return str(error)


def _as_object(error: Exception, sentence: str) -> dict[str, Any]:
    """Return an error for a program: the API's own problem where the server answered one."""
    if not isinstance(error, ApiError):
        return {"kind": type(error).__name__, "detail": sentence}
    faults = [{"field": field, "detail": detail} for field, detail in error.faults]
    return {"kind": error.kind, "status": error.status, "detail": error.detail, "errors": faults}
